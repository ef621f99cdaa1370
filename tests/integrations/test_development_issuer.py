"""The development issuer: its tokens hold like anybody's, its keys rotate, and stay in one owner's file."""

import stat
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from integrations.identity.development import LONGEST_LIFETIME, DevelopmentIssuer
from integrations.identity.tokens import Identity, TokenVerifier, TrustedIssuer

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AUDIENCE = "interline"


@pytest.fixture
def development(tmp_path):
    return DevelopmentIssuer("http://localhost:8000/identity", audience=AUDIENCE, data_dir=tmp_path)


def issued(development, **changes):
    facts = {
        "subject": "sample-analyst",
        "email": "ada@example.com",
        "roles": ["ANALYST"],
        "scopes": None,
        "lifetime": timedelta(hours=1),
        "now": NOW,
    }
    return development.issue(**facts | changes)


async def test_the_development_issuers_tokens_pass_the_same_verifier(development):
    verifier = TokenVerifier([TrustedIssuer(development.issuer, development, AUDIENCE)])

    identity = await verifier.verify(issued(development, scopes=["READ_REPORTS"]), now=NOW)

    assert identity == Identity(
        issuer="http://localhost:8000/identity",
        subject="sample-analyst",
        email="ada@example.com",
        name=None,
        roles=frozenset({"ANALYST"}),
        scopes=frozenset({"READ_REPORTS"}),
        expires_at=NOW + timedelta(hours=1),
    )


async def test_another_process_signs_and_verifies_with_the_same_key(development, tmp_path):
    other = DevelopmentIssuer(development.issuer, audience=AUDIENCE, data_dir=tmp_path)
    verifier = TokenVerifier([TrustedIssuer(other.issuer, other, AUDIENCE)])

    assert (await verifier.verify(issued(development), now=NOW)).subject == "sample-analyst"
    assert other.jwks() == development.jwks()


async def test_a_rotation_elsewhere_is_seen_and_old_tokens_hold_on(development, tmp_path):
    verifier = TokenVerifier([TrustedIssuer(development.issuer, development, AUDIENCE)])
    before = issued(development)
    new_kid = DevelopmentIssuer(development.issuer, audience=AUDIENCE, data_dir=tmp_path).rotate(NOW)
    after = issued(development)

    assert jwt.get_unverified_header(after)["kid"] == new_kid
    assert jwt.get_unverified_header(before)["kid"] != new_kid
    assert (await verifier.verify(before, now=NOW)).subject == "sample-analyst"
    assert (await verifier.verify(after, now=NOW)).subject == "sample-analyst"


def test_a_retired_key_is_forgotten_when_no_token_of_it_can_live(development):
    first = development.jwks()["keys"][0]["kid"]
    second = development.rotate(NOW)
    third = development.rotate(NOW + LONGEST_LIFETIME)

    assert first not in {second, third}
    assert [key["kid"] for key in development.jwks()["keys"]] == [second, third]


def test_the_signing_key_is_readable_by_its_owner_only_and_never_published(development, tmp_path):
    published = development.jwks()["keys"]

    assert stat.S_IMODE((tmp_path / "issuer-keys.json").stat().st_mode) == 0o600
    assert [set(key) for key in published] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]


def test_a_token_does_not_outlive_the_memory_of_its_key(development):
    with pytest.raises(ValueError, match="30 days at most"):
        issued(development, lifetime=LONGEST_LIFETIME + timedelta(seconds=1))
