"""Tokens of people: which hold, which do not, and what a key rotation or an outage does to them."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from domain.errors import GatewayError, Refused, Unauthenticated
from integrations.identity.jwks import usable_keys
from integrations.identity.remote_keys import RemoteKeys
from integrations.identity.tokens import Identity, TokenVerifier, TrustedIssuer
from tests.integrations.issuers import local_issuer

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
AUDIENCE = "interline"


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def issuer():
    with local_issuer() as served:
        served.add_key("first")
        yield served


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def verifier(issuer, clock):
    async with httpx2.AsyncClient(trust_env=False) as http:
        keys = RemoteKeys(issuer.url, http, clock=clock)
        yield TokenVerifier([TrustedIssuer(issuer.url, keys, AUDIENCE)])


def claims(issuer, **changes):
    """Good claims with changes; a change to None takes the claim away."""
    good = {"iss": issuer.url, "sub": "user_1", "aud": AUDIENCE, "iat": AT, "exp": AT + 300}
    return {name: claim for name, claim in (good | changes).items() if claim is not None}


async def why_refused(verifier, token):
    with pytest.raises(Refused) as refused:
        await verifier.verify(token, now=NOW)
    assert isinstance(refused.value.reason, Unauthenticated)
    return refused.value.reason.message


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_a_good_token_names_its_holder(issuer, verifier, algorithm):
    issuer.add_key("second", algorithm)
    token = issuer.sign(
        "second",
        claims(issuer, email="ada@example.com", name="Ada", roles=["ANALYST"], scope="openid READ_REPORTS"),
    )

    assert await verifier.verify(token, now=NOW) == Identity(
        issuer=issuer.url,
        subject="user_1",
        email="ada@example.com",
        name="Ada",
        roles=frozenset({"ANALYST"}),
        scopes=frozenset({"READ_REPORTS"}),
        expires_at=NOW + timedelta(seconds=300),
    )


@pytest.mark.parametrize(
    ("scope", "narrowed_to"),
    [
        (None, None),
        ("openid profile email", None),
        ("", frozenset()),
        ("openid READ_CATALOG", frozenset({"READ_CATALOG"})),
        ("billing:read", frozenset({"billing:read"})),
    ],
)
async def test_scopes_narrow_unless_they_are_only_those_of_oidc(issuer, verifier, scope, narrowed_to):
    identity = await verifier.verify(issuer.sign("first", claims(issuer, scope=scope)), now=NOW)

    assert identity.scopes == narrowed_to


async def test_an_unverified_email_is_not_the_holders(issuer, verifier):
    token = issuer.sign("first", claims(issuer, email="ada@example.com", email_verified=False))

    assert (await verifier.verify(token, now=NOW)).email is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "The token's issuer is not trusted here."),
        ({"aud": "another"}, "The token is meant for another service."),
        ({"aud": ["another", "third"]}, "The token is meant for another service."),
        ({"aud": None}, "The token does not say that it is meant for this service."),
        ({"aud": None, "azp": "evil"}, "The token does not say that it is meant for this service."),
        ({"aud": None, "azp": ["evil"]}, "The token does not say that it is meant for this service."),
        ({"sub": None}, "The token names nobody; it needs a `sub`."),
        ({"sub": ""}, "The token names nobody; it needs a `sub`."),
        ({"sub": "x" * 256}, "The token names nobody; it needs a `sub`."),
        ({"exp": None}, "The token never expires; it needs an `exp`."),
        ({"exp": AT - 60}, "The token has expired."),
        ({"nbf": AT + 61}, "The token is not valid yet."),
        ({"iat": AT + 61}, "The token was issued in the future."),
        ({"exp": "soon"}, "The token's `exp` is not a number of seconds."),
        ({"exp": True}, "The token's `exp` is not a number of seconds."),
        ({"scope": ["READ_CATALOG"]}, "The token's `scope` is not a text of words."),
    ],
)
async def test_a_token_that_does_not_hold_says_why(issuer, verifier, changes, why):
    assert await why_refused(verifier, issuer.sign("first", claims(issuer, **changes))) == why


@pytest.mark.parametrize("changes", [{"exp": AT - 59}, {"nbf": AT + 60}, {"iat": AT + 60}])
async def test_clocks_may_differ_by_a_minute(issuer, verifier, changes):
    identity = await verifier.verify(issuer.sign("first", claims(issuer, **changes)), now=NOW)

    assert identity.subject == "user_1"


async def test_an_audience_among_several_is_enough(issuer, verifier):
    token = issuer.sign("first", claims(issuer, aud=["another", AUDIENCE]))

    assert (await verifier.verify(token, now=NOW)).subject == "user_1"


async def test_a_far_expiry_is_no_fault(issuer, verifier):
    token = issuer.sign("first", claims(issuer, exp=10**15))

    assert (await verifier.verify(token, now=NOW)).expires_at == datetime(9999, 1, 1, tzinfo=UTC)


async def test_an_authorized_party_stands_in_for_a_missing_audience_where_configured(issuer, clock):
    async with httpx2.AsyncClient(trust_env=False) as http:
        trusted = TrustedIssuer(
            issuer.url,
            RemoteKeys(issuer.url, http, clock=clock),
            AUDIENCE,
            frozenset({"https://app.example"}),
        )
        verifier = TokenVerifier([trusted])
        good = issuer.sign("first", claims(issuer, aud=None, azp="https://app.example"))
        other_audience = issuer.sign("first", claims(issuer, aud="another", azp="https://app.example"))

        assert (await verifier.verify(good, now=NOW)).subject == "user_1"
        assert await why_refused(verifier, other_audience) == "The token is meant for another service."


def encoded(part):
    return (
        base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        .decode()
        .rstrip("=")
    )


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "ä.b.c",
        f"{encoded(b'null')}.{encoded({})}.YQ",
        f"{encoded(b'[' * 9000)}.{encoded({})}.YQ",
        f"{encoded({'alg': 'ES256', 'kid': 5})}.{encoded({})}.YQ",
        f"{encoded({'alg': 'ES256'})}.{encoded({'x': 'x' * 20_000})}.YQ",
    ],
)
async def test_what_is_not_a_signed_jwt_is_refused_as_such(verifier, token):
    assert await why_refused(verifier, token) == "The token is not a signed JWT."


@pytest.mark.parametrize("payload", [b"null", b"[]", b'"x"'])
async def test_claims_must_be_an_object(verifier, payload):
    token = f"{encoded({'alg': 'ES256'})}.{encoded(payload)}.YQ"

    assert await why_refused(verifier, token) == "The token's claims are not a JSON object."


@pytest.mark.parametrize("payload", [b"{", b"[" * 6000, b'{"exp": NaN}', b"\xff"])
async def test_claims_must_be_json(verifier, payload):
    token = f"{encoded({'alg': 'ES256'})}.{encoded(payload)}.YQ"

    assert await why_refused(verifier, token) == "The token's claims are not JSON."


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS1", None, ["ES256"], {}])
async def test_only_the_three_algorithms_are_accepted(issuer, verifier, algorithm):
    header = {"alg": algorithm, "kid": "first", "typ": "JWT"}
    token = f"{encoded(header)}.{encoded(claims(issuer))}.YQ"

    assert await why_refused(verifier, token) == (
        "The token's algorithm is not accepted; RS256, ES256 and EdDSA are."
    )
    assert issuer.fetches["/keys"] == 0


async def test_a_public_key_used_as_a_shared_secret_proves_nothing(issuer, verifier):
    """The classic confusion: HS256 over the public PEM, which a naive verifier takes for the secret."""
    issuer.add_key("rsa", "RS256")
    public_pem = (
        issuer.private_keys["rsa"][1]
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    message = f"{encoded({'alg': 'HS256', 'kid': 'rsa'})}.{encoded(claims(issuer))}"
    token = f"{message}.{encoded(signer.sign(message.encode(), public_pem))}"

    assert await why_refused(verifier, token) == (
        "The token's algorithm is not accepted; RS256, ES256 and EdDSA are."
    )


async def test_the_algorithm_is_the_keys_and_not_the_tokens(issuer, verifier):
    algorithm, private_key = issuer.private_keys["first"]
    token = jwt.encode(claims(issuer), private_key, algorithm, headers={"kid": "first"})
    _, payload, signature = token.split(".")
    relabelled = f"{encoded({'alg': 'RS256', 'kid': 'first'})}.{payload}.{signature}"

    assert await why_refused(verifier, relabelled) == "The token's signature does not hold."


async def test_a_changed_claim_breaks_the_signature(issuer, verifier):
    header, _, signature = issuer.sign("first", claims(issuer)).split(".")

    assert await why_refused(verifier, f"{header}.{encoded(claims(issuer, sub='admin'))}.{signature}") == (
        "The token's signature does not hold."
    )


async def test_a_token_may_not_bring_its_own_key(issuer, verifier):
    mine = ec.generate_private_key(ec.SECP256R1())
    jwk = ECAlgorithm.to_jwk(mine.public_key(), as_dict=True)
    token = jwt.encode(claims(issuer), mine, "ES256", headers={"kid": "first", "jwk": jwk})

    assert await why_refused(verifier, token) == "The token's signature does not hold."


async def test_another_type_of_token_by_the_same_key_is_refused(issuer, verifier):
    token = issuer.sign("first", claims(issuer), typ="logout+jwt")

    assert await why_refused(verifier, token) == "The token is of another type than an access token."


async def test_an_unknown_critical_header_is_refused(issuer, verifier):
    header = {"alg": "ES256", "kid": "first", "crit": ["exp2"], "exp2": 1}
    token = f"{encoded(header)}.{encoded(claims(issuer))}.YQ"

    assert await why_refused(verifier, token) == "The token is not a signed JWT."


async def test_one_issuers_key_does_not_sign_for_another(issuer, clock):
    with local_issuer() as other:
        other.add_key("theirs")
        async with httpx2.AsyncClient(trust_env=False) as http:
            verifier = TokenVerifier(
                TrustedIssuer(one.url, RemoteKeys(one.url, http, clock=clock), AUDIENCE)
                for one in (issuer, other)
            )
            forged = other.sign("theirs", claims(issuer))

            assert await why_refused(verifier, forged) == (
                "The token is signed with a key its issuer does not publish."
            )


async def test_keys_are_fetched_once_for_many_tokens(issuer, verifier):
    token = issuer.sign("first", claims(issuer))

    await asyncio.gather(*(verifier.verify(token, now=NOW) for _ in range(50)))

    assert issuer.fetches == {"/.well-known/openid-configuration": 1, "/keys": 1}


async def test_a_token_without_a_key_id_fits_a_single_key_only(issuer, verifier, clock):
    algorithm, private_key = issuer.private_keys["first"]
    token = jwt.encode(claims(issuer), private_key, algorithm)

    assert (await verifier.verify(token, now=NOW)).subject == "user_1"

    issuer.add_key("second")
    clock.now += 601
    assert await why_refused(verifier, token) == "The token is signed with a key its issuer does not publish."


async def test_a_rotated_key_is_found_at_its_first_token(issuer, verifier, clock):
    await verifier.verify(issuer.sign("first", claims(issuer)), now=NOW)
    issuer.add_key("second")
    clock.now += 10

    identity = await verifier.verify(issuer.sign("second", claims(issuer)), now=NOW)

    assert identity.subject == "user_1"
    assert issuer.fetches["/keys"] == 2


async def test_a_withdrawn_key_stops_counting_when_the_cache_ends(issuer, verifier, clock):
    token = issuer.sign("first", claims(issuer))
    await verifier.verify(token, now=NOW)
    issuer.jwks.clear()
    issuer.add_key("second")

    clock.now += 599
    assert (await verifier.verify(token, now=NOW)).subject == "user_1"
    clock.now += 1
    assert await why_refused(verifier, token) == "The token is signed with a key its issuer does not publish."


async def test_a_storm_of_forged_key_ids_makes_one_fetch(issuer, verifier, clock):
    await verifier.verify(issuer.sign("first", claims(issuer)), now=NOW)
    clock.now += 10
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = [jwt.encode(claims(issuer), stranger, "ES256", headers={"kid": f"k{n}"}) for n in range(100)]

    await asyncio.gather(*(why_refused(verifier, token) for token in forged))

    assert issuer.fetches["/keys"] == 2  # the first token's and the storm's


async def test_keys_last_through_a_short_outage_and_not_through_a_long_one(issuer, verifier, clock):
    token = issuer.sign("first", claims(issuer))
    await verifier.verify(token, now=NOW)
    issuer.failing = True

    clock.now += 3599
    assert (await verifier.verify(token, now=NOW)).subject == "user_1"
    clock.now += 1
    with pytest.raises(GatewayError):
        await verifier.verify(token, now=NOW)


async def test_an_unknown_key_in_an_outage_is_the_issuers_failure_and_not_the_callers(
    issuer, verifier, clock
):
    await verifier.verify(issuer.sign("first", claims(issuer)), now=NOW)
    issuer.add_key("second")
    issuer.failing = True
    clock.now += 600

    with pytest.raises(GatewayError):
        await verifier.verify(issuer.sign("second", claims(issuer)), now=NOW)


async def test_an_issuer_that_is_down_from_the_start_is_asked_once_an_interval(issuer, verifier, clock):
    issuer.failing = True
    token = issuer.sign("first", claims(issuer))

    for _ in range(20):
        with pytest.raises(GatewayError):
            await verifier.verify(token, now=NOW)
    issuer.failing = False
    clock.now += 10

    assert (await verifier.verify(token, now=NOW)).subject == "user_1"
    assert issuer.fetches["/.well-known/openid-configuration"] == 2


async def test_a_caller_who_hangs_up_does_not_take_the_keys_from_the_others(issuer, verifier):
    token = issuer.sign("first", claims(issuer))
    first = asyncio.create_task(verifier.verify(token, now=NOW))
    second = asyncio.create_task(verifier.verify(token, now=NOW))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).subject == "user_1"
    assert issuer.fetches["/keys"] == 1


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": None},
        {"jwks_uri": "http://["},
        {"jwks_uri": "file:///etc"},
    ],
)
async def test_a_discovery_document_that_is_not_the_issuers_gives_no_keys(issuer, verifier, discovery):
    issuer.discovery = discovery

    with pytest.raises(GatewayError):
        await verifier.verify(issuer.sign("first", claims(issuer)), now=NOW)
    assert issuer.fetches["/keys"] == 0


def test_keys_that_are_not_for_verifying_are_skipped():
    weak = rsa.generate_private_key(65537, 1024).public_key()
    good = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    jwks = {
        "keys": [
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {**RSAAlgorithm.to_jwk(weak, as_dict=True), "kid": "weak"},
            {**good, "use": "enc", "kid": "encryption"},
            {**good, "key_ops": ["encrypt"], "kid": "operation"},
            {**good, "alg": "ES384", "kid": "algorithm"},
            {**good, "kid": 5},
            {**good, "crv": "P-384", "kid": "curve"},
            {**good, "x": "AA", "kid": "broken"},
            "not a key",
            {**good, "kid": "good"},
        ]
    }

    assert [key.kid for key in usable_keys(jwks)] == ["good"]
