"""Who calls: secret, publishable and restricted keys of the two worlds."""

import hashlib
from dataclasses import dataclass
from secrets import token_hex

import orjson

from integrations.stripe.sandbox.errors import forbidden, unauthorized
from integrations.stripe.sandbox.options import Options
from integrations.stripe.sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Caller:
    """`permissions`: of a restricted key, like `refund_write`; None for all."""

    key: str
    live: bool
    is_publishable: bool = False
    permissions: frozenset[str] | None = None


class Callers:
    """The keys that are known here."""

    def __init__(self, options: Options, store: Store) -> None:
        self._store = store
        self._by_key: dict[str, Caller] = {}
        for key, live in ((options.test_key, False), (options.live_key, True)):
            self._by_key[key] = Caller(key, live)
            public = publishable(key, live=live)
            self._by_key[public] = Caller(public, live, is_publishable=True)
        self._restricted: list[list[str]] = orjson.loads(store.fact("restricted_keys", "[]"))
        for key, *permissions in self._restricted:
            self._by_key[key] = Caller(key, key.startswith("rk_live_"), permissions=frozenset(permissions))

    def who(self, authorization: bytes | None) -> Caller:
        """Return who has this key. Refuses none and unknown ones."""
        scheme, _, key = (authorization or b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
                "https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/."
            )
        caller = self._by_key.get(key)
        if caller is None:
            raise unauthorized(f"Invalid API Key provided: {masked(key)}")
        return caller

    def restrict(self, permissions: list[str], *, live: bool) -> str:
        """Make a key that may do these things only; return it."""
        key = f"rk_{'live' if live else 'test'}_{token_hex(24)}"
        self._restricted.append([key, *permissions])
        self._store.set_fact("restricted_keys", orjson.dumps(self._restricted).decode())
        self._by_key[key] = Caller(key, live, permissions=frozenset(permissions))
        return key


def publishable(secret_key: str, *, live: bool) -> str:
    """Return the key that belongs to a secret one and may be known to anyone."""
    digest = hashlib.sha256(secret_key.encode()).hexdigest()[:32]
    return f"pk_{'live' if live else 'test'}_{digest}"


def masked(key: str) -> str:
    return f"{key[:8]}{'*' * 12}{key[-4:]}" if len(key) > 16 else "*" * len(key)


def check_permission(caller: Caller, method: str, pattern: str, account: str) -> None:
    """Refuse what a restricted key may not do."""
    if caller.permissions is None:
        return
    resource = pattern.split("/{}", maxsplit=1)[0].rsplit("/", 1)[1].removesuffix("s")
    needed = f"{resource}_{'read' if method == 'GET' else 'write'}"
    if needed in caller.permissions or (method == "GET" and f"{resource}_write" in caller.permissions):
        return
    raise forbidden(
        f"The provided key '{masked(caller.key)}' does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the 'rak_{needed}' permission would allow this request to continue."
    )
