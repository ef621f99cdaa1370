"""Credentials become viewers: keys, tokens, both, neither, and what a failure costs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from starlette.datastructures import Headers

from domain import api_keys
from domain.environments import Environment
from domain.errors import InvalidInput, RateLimited, Refused, Unauthenticated
from integrations.identity.development import DevelopmentIssuer
from integrations.identity.tokens import TokenVerifier, TrustedIssuer
from permissions.viewer import (
    ANONYMOUS,
    GOVERNING,
    RESELLER_KEY_SCOPES,
    SCOPES_OF,
    SIGNED_IN,
    Role,
    Scope,
    SignedIn,
    Viewer,
)
from server.authentication import ApiKeyFacts, Authenticator, PersonFacts
from server.headers import RequestHeaders
from server.known import KNOWN_SECONDS, Known

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PEPPER = b"pepper" * 6
KEY = api_keys.mint(Environment.TEST, bytes(range(40)))
OTHER_KEY = api_keys.mint(Environment.LIVE, bytes(range(1, 41)))
KEY_ID, RESELLER, PARTNER, OTHER_PARTNER, PERSON = (UUID(int=n) for n in range(1, 6))
ISSUER = "http://localhost:8000/identity"
ADA = SignedIn(ISSUER, "ada", "ada@example.com", "Ada")

FACTS = ApiKeyFacts(
    id=KEY_ID,
    key_hash=api_keys.key_hash(PEPPER, KEY.text),
    environment=Environment.TEST,
    scopes=frozenset({Scope.RESERVE, Scope.READ_CATALOG, Scope.OPERATE}),
    reseller_id=RESELLER,
    partner_ids=frozenset({PARTNER}),
    rate_limit_per_minute=1000,
    expires_at=None,
    revoked_at=None,
)


@dataclass
class Rows:
    """The port over two dictionaries; counts what it is asked."""

    keys: dict[str, ApiKeyFacts] = field(default_factory=lambda: {KEY.prefix: FACTS})
    people: dict[tuple[str, str], PersonFacts] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    touches: list[tuple[UUID, datetime]] = field(default_factory=list)
    touch_fails: bool = False
    meanwhile: Callable[[], None] = lambda: None
    """What happens between the reading of a row and its arrival here."""

    async def api_key_by_prefix(self, prefix):
        self.lookups.append(prefix)
        found = self.keys.get(prefix)
        self.meanwhile()
        return found

    async def person(self, issuer, subject):
        self.lookups.append(subject)
        return self.people.get((issuer, subject))

    async def touch(self, api_key_id, now):
        await asyncio.sleep(0)
        self.touches.append((api_key_id, now))
        if self.touch_fails:
            raise ConnectionError


@dataclass
class Bucket:
    """A bucket that runs dry after `room` failures."""

    room: int = 1000
    taken: list[tuple[str, int]] = field(default_factory=list)

    async def take(self, key, limit_per_minute):
        self.taken.append((key, limit_per_minute))
        if len(self.taken) > self.room:
            raise Refused(RateLimited(limit_per_minute, 30))


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def rows():
    return Rows()


@pytest.fixture
def bucket():
    return Bucket()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def issuer(tmp_path):
    return DevelopmentIssuer(ISSUER, audience="interline", data_dir=tmp_path)


@dataclass
class CountedKeys:
    """An issuer's keys; counts how often one is asked for, which is once a signature."""

    issuer: DevelopmentIssuer
    asked: int = 0

    async def key(self, kid):
        self.asked += 1
        return await self.issuer.key(kid)


@pytest.fixture
def signatures(issuer):
    return CountedKeys(issuer)


@pytest.fixture
def known(clock):
    return Known(clock=lambda: clock.now.timestamp())  # noqa: PLW0108 - the clock is moved


@pytest.fixture
def authenticator(rows, bucket, clock, signatures, known):
    tokens = TokenVerifier([TrustedIssuer(ISSUER, signatures, "interline")])
    return Authenticator(
        lookup=rows, tokens=tokens, pepper=PEPPER, take=bucket.take, known=known, clock=clock
    )


@pytest.fixture
def viewer_of(authenticator):
    async def authenticate(*pairs):
        raw = [(name.lower().encode(), text.encode()) for name, text in pairs]
        return await authenticator.authenticate(RequestHeaders(raw), client="203.0.113.7")

    return authenticate


@pytest.fixture
def refusal_of(viewer_of):
    async def refuse(*pairs):
        with pytest.raises(Refused) as refused:
            await viewer_of(*pairs)
        return refused.value.reason

    return refuse


def bearer(text):
    return ("Authorization", f"Bearer {text}")


def token_of(issuer, *, scopes=None, now=NOW, is_verified=True):
    return issuer.issue(
        subject="ada",
        email="ada@example.com",
        roles=["PLATFORM_ADMIN"],
        scopes=scopes,
        lifetime=timedelta(hours=1),
        now=now,
        more_claims={"name": "Ada", "email_verified": is_verified},
    )


async def test_no_credential_is_anonymous(viewer_of, rows, bucket):
    assert await viewer_of() is ANONYMOUS
    assert rows.lookups == []
    assert bucket.taken == []


@pytest.mark.parametrize(
    "pairs",
    [
        [bearer(KEY.text)],
        [("Authorization", f"bearer {KEY.text}")],
        [("X-API-Key", KEY.text)],
        [bearer(KEY.text), ("X-API-Key", KEY.text)],
        [bearer(KEY.text), ("Interline-Environment", "TEST")],
    ],
)
async def test_a_key_is_its_resellers_viewer_by_either_header(viewer_of, pairs):
    assert await viewer_of(*pairs) == Viewer(
        id=f"key:{KEY_ID}",
        environment=Environment.TEST,
        scopes=frozenset({Scope.RESERVE, Scope.READ_CATALOG}),
        scopes_by_partner={PARTNER: frozenset({Scope.RESERVE, Scope.READ_CATALOG})},
        api_key_id=KEY_ID,
        reseller_id=RESELLER,
        rate_limit_per_minute=1000,
    )


async def test_a_resellers_key_carries_no_more_than_a_reseller_may(viewer_of, rows):
    rows.keys[KEY.prefix] = replace(FACTS, scopes=frozenset(Scope))

    assert (await viewer_of(bearer(KEY.text))).scopes == RESELLER_KEY_SCOPES


async def test_an_unknown_prefix_and_a_wrong_secret_are_not_told_apart(refusal_of, rows):
    wrong_secret = KEY.text[:-1] + "A"

    unknown = await refusal_of(bearer(OTHER_KEY.text))
    wrong = await refusal_of(bearer(wrong_secret))
    other_world = await refusal_of(bearer(KEY.text.replace("test", "live")))

    assert unknown == wrong == other_world == Unauthenticated("This API key is not known.")
    assert rows.lookups == [OTHER_KEY.prefix, KEY.prefix, KEY.prefix]
    assert rows.touches == []


@pytest.mark.parametrize(
    "facts_ending_at",
    [lambda end: replace(FACTS, expires_at=end), lambda end: replace(FACTS, revoked_at=end)],
)
async def test_a_key_ends_on_the_second_also_while_it_is_known(
    viewer_of, refusal_of, rows, clock, facts_ending_at
):
    rows.keys[KEY.prefix] = facts_ending_at(NOW + timedelta(seconds=1))
    assert (await viewer_of(bearer(KEY.text))).expires_at == NOW + timedelta(seconds=1)

    clock.now += timedelta(seconds=1)
    assert await refusal_of(bearer(KEY.text)) == Unauthenticated("This API key has expired or was revoked.")


@pytest.mark.parametrize(
    "pairs",
    [
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer ")],
        [("Authorization", "Basic dXNlcjpwYXNz")],
        [("Authorization", f"Bearer {KEY.text} {KEY.text}")],
        [("Authorization", KEY.text)],
        [("Authorization", "Bearer käse")],
    ],
)
async def test_a_malformed_authorization_is_refused_without_a_lookup(refusal_of, rows, pairs):
    assert await refusal_of(*pairs) == Unauthenticated(
        "The Authorization header must read `Bearer <API key or token>`."
    )
    assert rows.lookups == []


@pytest.mark.parametrize("text", ["", "x", "Bearer " + KEY.text, KEY.text + "A", "a.b.c"])
async def test_only_a_key_goes_into_the_key_header(refusal_of, rows, text):
    assert await refusal_of(("X-API-Key", text)) == Unauthenticated("This API key is not known.")
    assert rows.lookups == []


@pytest.mark.parametrize(
    "pairs",
    [
        [bearer(KEY.text), ("X-API-Key", OTHER_KEY.text)],
        [bearer(KEY.text), bearer(OTHER_KEY.text)],
        [bearer("a.b.c"), ("X-API-Key", KEY.text)],
    ],
)
async def test_two_different_credentials_are_refused(refusal_of, rows, pairs):
    assert await refusal_of(*pairs) == Unauthenticated("Two different credentials were sent; send one.")
    assert rows.lookups == []


async def test_a_key_is_not_used_in_the_other_world_by_mistake(refusal_of):
    assert await refusal_of(bearer(KEY.text), ("Interline-Environment", "LIVE")) == InvalidInput(
        "Interline-Environment", "This API key is for TEST only."
    )


async def test_a_person_has_the_scopes_of_its_roles_each_where_it_has_the_role(viewer_of, rows, issuer):
    memberships = ((PARTNER, Role.OWNER), (OTHER_PARTNER, Role.READONLY), (OTHER_PARTNER, Role.FINANCE))
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), memberships)

    viewer = await viewer_of(bearer(token_of(issuer)))

    assert viewer == Viewer(
        id=f"user:{PERSON}",
        environment=Environment.LIVE,
        scopes=GOVERNING | SIGNED_IN | {Scope.AD_HOC, Scope.INTROSPECT},
        scopes_by_partner={
            PARTNER: GOVERNING | {Scope.AD_HOC, Scope.INTROSPECT},
            OTHER_PARTNER: SCOPES_OF[Role.FINANCE],
        },
        signed_in=ADA,
        user_id=PERSON,
        rate_limit_per_minute=600,
        expires_at=NOW + timedelta(hours=1),
        roles=frozenset({Role.OWNER, Role.READONLY, Role.FINANCE}),
    )
    assert viewer.partners_with(Scope.MANAGE_KEYS) == {PARTNER}


async def test_roles_come_from_the_database_and_never_from_the_token(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ())

    viewer = await viewer_of(bearer(token_of(issuer)))  # the token says PLATFORM_ADMIN

    assert viewer.roles == {Role.ANALYST}
    assert viewer.platform_scopes == SCOPES_OF[Role.ANALYST]
    assert viewer.scopes == SCOPES_OF[Role.ANALYST] | SIGNED_IN


async def test_a_platform_role_given_by_a_partner_is_none(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), ((PARTNER, Role.PLATFORM_ADMIN),))

    viewer = await viewer_of(bearer(token_of(issuer)))

    assert viewer.platform_scopes == frozenset()
    assert viewer.scopes == SIGNED_IN
    assert viewer.partner_ids == frozenset()


async def test_a_role_at_a_partner_does_not_widen_what_the_platform_gave(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ((PARTNER, Role.OWNER),))

    viewer = await viewer_of(bearer(token_of(issuer)))

    assert viewer.platform_scopes == SCOPES_OF[Role.ANALYST]
    assert viewer.may_at(PARTNER, Scope.MANAGE_KEYS) is True
    assert viewer.may_at(OTHER_PARTNER, Scope.MANAGE_KEYS) is False


async def test_a_token_narrows_its_holder_and_never_widens(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), ((PARTNER, Role.READONLY),))

    viewer = await viewer_of(bearer(token_of(issuer, scopes=["READ_ORDERS", "OPERATE", "nonsense"])))

    assert viewer.scopes == {Scope.READ_ORDERS}
    assert viewer.scopes_by_partner == {PARTNER: {Scope.READ_ORDERS}}


async def test_a_person_chooses_its_world(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ())

    viewer = await viewer_of(bearer(token_of(issuer)), ("Interline-Environment", "TEST"))

    assert viewer.environment is Environment.TEST


@pytest.mark.parametrize("text", ["", "test", "PROD"])
async def test_another_world_does_not_exist(refusal_of, text):
    assert await refusal_of(("Interline-Environment", text)) == InvalidInput(
        "Interline-Environment", "Send TEST or LIVE."
    )


async def test_a_holder_without_an_account_may_open_one_and_nothing_else(viewer_of, issuer):
    viewer = await viewer_of(bearer(token_of(issuer)))

    assert viewer.signed_in == ADA
    assert viewer.scopes == SIGNED_IN
    assert viewer.id.startswith("newcomer:")
    assert (viewer.user_id, viewer.platform_scopes, viewer.partner_ids) == (None, frozenset(), frozenset())


async def test_a_holder_without_an_account_or_an_address_is_refused(refusal_of, issuer):
    assert await refusal_of(bearer(token_of(issuer, is_verified=False))) == Unauthenticated(
        "The token is good, but its holder has no account here, and no verified e-mail address to open one."
    )


async def test_a_newcomer_is_not_remembered(viewer_of, rows, issuer):
    token = bearer(token_of(issuer))
    await viewer_of(token)
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), ((PARTNER, Role.OWNER),))

    assert (await viewer_of(token)).may_at(PARTNER, Scope.MANAGE_TEAM)


async def test_an_account_manager_may_do_more_only_where_it_assists(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(
        PERSON, frozenset({Role.ACCOUNT_MANAGER}), (), frozenset({PARTNER})
    )

    viewer = await viewer_of(bearer(token_of(issuer)))

    assert viewer.may_at(PARTNER, Scope.MANAGE_PROPERTIES) is True
    assert viewer.may_at(OTHER_PARTNER, Scope.MANAGE_PROPERTIES) is False
    assert viewer.may_at(OTHER_PARTNER, Scope.READ_PROPERTIES) is True


async def test_who_is_no_account_manager_any_more_assists_nobody(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), (), frozenset({PARTNER}))

    assert (await viewer_of(bearer(token_of(issuer)))).partner_ids == frozenset()


async def test_an_expired_token_says_so(refusal_of, issuer, clock):
    clock.now = NOW + timedelta(hours=1, seconds=60)

    assert await refusal_of(bearer(token_of(issuer))) == Unauthenticated("The token has expired.")


async def test_failures_of_an_address_run_dry_and_a_good_credential_still_passes(
    viewer_of, refusal_of, bucket
):
    bucket.room = 1

    assert await refusal_of(bearer(OTHER_KEY.text)) == Unauthenticated("This API key is not known.")
    assert await refusal_of(bearer("a.b.c")) == RateLimited(60, 30)
    assert (await viewer_of(bearer(KEY.text))).api_key_id == KEY_ID
    assert bucket.taken == [("failed-credentials:203.0.113.7", 60)] * 2


async def test_use_is_noted_once_a_minute_and_beside_the_request(viewer_of, authenticator, rows, clock):
    await viewer_of(bearer(KEY.text))
    assert rows.touches == []

    await authenticator.settle()
    for _ in range(5):
        await viewer_of(bearer(KEY.text))
    clock.now += timedelta(minutes=1)
    await viewer_of(bearer(KEY.text))
    await authenticator.settle()

    assert rows.touches == [(KEY_ID, NOW), (KEY_ID, NOW + timedelta(minutes=1))]


async def test_a_busy_key_is_looked_up_once_in_a_few_seconds(viewer_of, rows, clock):
    viewers = [await viewer_of(bearer(KEY.text)) for _ in range(5)]
    assert rows.lookups == [KEY.prefix]

    clock.now += timedelta(seconds=KNOWN_SECONDS)
    assert await viewer_of(bearer(KEY.text)) == viewers[0] == viewers[4]
    assert rows.lookups == [KEY.prefix] * 2


async def test_a_busy_person_s_signature_and_rows_are_looked_at_once_in_a_few_seconds(
    viewer_of, rows, issuer, signatures, clock
):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ())
    token = token_of(issuer)

    for _ in range(5):
        await viewer_of(bearer(token))
    assert (signatures.asked, rows.lookups) == (1, ["ada"])

    clock.now += timedelta(seconds=KNOWN_SECONDS)
    await viewer_of(bearer(token))
    assert (signatures.asked, rows.lookups) == (2, ["ada", "ada"])


async def test_a_known_token_is_verified_anew_from_its_end_on(viewer_of, refusal_of, rows, issuer, clock):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ())
    token = token_of(issuer)
    clock.now += timedelta(hours=1, seconds=57)
    await viewer_of(bearer(token))  # the clocks may differ by a minute

    clock.now += timedelta(seconds=3)
    assert await refusal_of(bearer(token)) == Unauthenticated("The token has expired.")


async def test_a_known_key_is_still_of_one_world(viewer_of, refusal_of):
    await viewer_of(bearer(KEY.text))

    assert await refusal_of(bearer(KEY.text), ("Interline-Environment", "LIVE")) == InvalidInput(
        "Interline-Environment", "This API key is for TEST only."
    )


async def test_a_known_person_still_chooses_its_world(viewer_of, rows, issuer):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset({Role.ANALYST}), ())
    sent = bearer(token_of(issuer))

    worlds = [
        (await viewer_of(sent, *asked)).environment
        for asked in ([], [("Interline-Environment", "TEST")], [("Interline-Environment", "LIVE")], [])
    ]

    assert worlds == ["LIVE", "TEST", "LIVE", "LIVE"]


async def test_a_wrong_secret_is_refused_beside_the_known_right_one(viewer_of, refusal_of, rows):
    await viewer_of(bearer(KEY.text))

    assert await refusal_of(bearer(KEY.text[:-1] + "A")) == Unauthenticated("This API key is not known.")
    assert rows.lookups == [KEY.prefix] * 2


@pytest.mark.parametrize("told", [KEY_ID, RESELLER])
async def test_news_of_a_key_ends_it_at_once(viewer_of, refusal_of, rows, known, told):
    await viewer_of(bearer(KEY.text))
    rows.keys[KEY.prefix] = replace(FACTS, revoked_at=NOW)

    known.forget([told])

    assert await refusal_of(bearer(KEY.text)) == Unauthenticated("This API key has expired or was revoked.")


async def test_news_of_a_person_changes_what_it_may_at_once(viewer_of, rows, issuer, known):
    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), ((PARTNER, Role.OWNER),))
    sent = bearer(token_of(issuer))
    assert (await viewer_of(sent)).may_at(PARTNER, Scope.MANAGE_KEYS)

    rows.people[ISSUER, "ada"] = PersonFacts(PERSON, frozenset(), ((PARTNER, Role.READONLY),))
    known.forget([PERSON])

    assert not (await viewer_of(sent)).may_at(PARTNER, Scope.MANAGE_KEYS)


async def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(
    viewer_of, refusal_of, rows, known
):
    def revoke():
        rows.keys[KEY.prefix] = replace(FACTS, revoked_at=NOW)
        known.forget([KEY_ID])

    rows.meanwhile = revoke

    assert (await viewer_of(bearer(KEY.text))).api_key_id == KEY_ID
    assert await refusal_of(bearer(KEY.text)) == Unauthenticated("This API key has expired or was revoked.")


async def test_a_refusal_is_never_remembered(viewer_of, refusal_of, rows):
    rows.keys.clear()
    await refusal_of(bearer(KEY.text))
    rows.keys[KEY.prefix] = FACTS

    assert (await viewer_of(bearer(KEY.text))).api_key_id == KEY_ID


async def test_a_use_that_cannot_be_noted_fails_nothing(viewer_of, authenticator, rows):
    rows.touch_fails = True

    viewer = await viewer_of(bearer(KEY.text))
    await authenticator.settle()

    assert viewer.api_key_id == KEY_ID
    assert rows.touches == [(KEY_ID, NOW)]


@pytest.mark.parametrize(
    "payload",
    [
        {"authorization": f"Bearer {KEY.text}"},
        {"Authorization": f"Bearer {KEY.text}"},
        {"apiKey": KEY.text},
        {"apiKey": KEY.text, "authorization": None, "environment": "TEST"},
    ],
)
async def test_a_socket_is_opened_by_its_first_message(authenticator, payload):
    viewer = await authenticator.authenticate_payload(payload, Headers(), client="203.0.113.7")

    assert viewer.api_key_id == KEY_ID


async def test_a_socket_falls_back_to_the_headers_of_its_handshake(authenticator):
    headers = Headers({"X-API-Key": KEY.text})

    viewer = await authenticator.authenticate_payload({}, headers, client="203.0.113.7")

    assert viewer.api_key_id == KEY_ID


@pytest.mark.parametrize(
    ("payload", "refusal"),
    [
        (
            {"authorization": 5},
            Unauthenticated("The Authorization header must read `Bearer <API key or token>`."),
        ),
        ({"apiKey": ["x"]}, Unauthenticated("This API key is not known.")),
        (
            {"apiKey": KEY.text, "authorization": "Bearer x"},
            Unauthenticated("Two different credentials were sent; send one."),
        ),
        ({"environment": 5}, InvalidInput("Interline-Environment", "Send TEST or LIVE.")),
    ],
)
async def test_an_ill_formed_first_message_is_refused(authenticator, payload, refusal):
    with pytest.raises(Refused) as refused:
        await authenticator.authenticate_payload(payload, Headers(), client="203.0.113.7")

    assert refused.value.reason == refusal
