"""The development issuer: signs tokens for the sample users with a key of its own. Never in production."""

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm

from integrations.identity.jwks import VerificationKey, pick, usable_keys

ALGORITHM = "ES256"
LONGEST_LIFETIME = timedelta(days=30)
"""No token lives longer, so a retired key can be forgotten this long after it was retired."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One P-256 key pair, and since when it no longer signs."""

    kid: str
    private_key: ec.EllipticCurvePrivateKey
    retired_at: datetime | None = None

    def public_jwk(self) -> dict[str, object]:
        jwk: dict[str, object] = ECAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        return {**jwk, "kid": self.kid, "use": "sig", "alg": ALGORITHM}


class DevelopmentIssuer:
    """An OIDC issuer as a value: issues tokens, publishes its keys, and is a `KeySource` in-process.

    The keys live in `data_dir/issuer-keys.json` (0600), newest last, so that every process of the
    deployment signs and verifies with the same ones; a rotation elsewhere is seen at the next use.
    """

    def __init__(self, issuer: str, *, audience: str, data_dir: Path) -> None:
        self.issuer = issuer
        self.audience = audience
        self._path = data_dir / "issuer-keys.json"
        self._version: tuple[int, int] | None = None
        self._keys: tuple[SigningKey, ...] = ()
        self._public: tuple[VerificationKey, ...] = ()

    def issue(
        self,
        *,
        subject: str,
        email: str,
        roles: Collection[str],
        scopes: Collection[str] | None,
        lifetime: timedelta,
        now: datetime,
        audience: str | None = None,
        more_claims: Mapping[str, object] | None = None,
    ) -> str:
        """Return a signed token for `lifetime`. `scopes` narrow its holder; None does not."""
        if lifetime > LONGEST_LIFETIME:
            raise ValueError(f"A development token lives {LONGEST_LIFETIME.days} days at most.")
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience or self.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": secrets.token_urlsafe(12),
            "email": email,
            "email_verified": True,
            "roles": sorted(roles),
            **(more_claims or {}),
        }
        if scopes is not None:
            claims["scope"] = " ".join(sorted(scopes))
        newest = self._current_keys()[-1]
        return jwt.encode(claims, newest.private_key, ALGORITHM, headers={"kid": newest.kid})

    def jwks(self) -> dict[str, object]:
        """Return the public keys, retired ones included while a token of theirs may live."""
        return {"keys": [key.public_jwk() for key in self._current_keys()]}

    async def key(self, kid: str | None) -> VerificationKey | None:
        """See `KeySource.key`."""
        self._current_keys()
        return pick(self._public, kid)

    def rotate(self, now: datetime) -> str:
        """Sign with a new key from now on; return its id. Forgets keys no living token can need."""
        with self._locked():
            kept = [
                SigningKey(key.kid, key.private_key, key.retired_at or now)
                for key in self._stored()
                if key.retired_at is None or now - key.retired_at < LONGEST_LIFETIME
            ]
            fresh = new_key()
            self._store([*kept, fresh])
        return fresh.kid

    def _current_keys(self) -> tuple[SigningKey, ...]:
        """Return the keys in the file, newest last; makes the first one. Reads only a changed file."""
        if self._file_version() is None:
            with self._locked():
                if self._file_version() is None:
                    self._store([new_key()])
        version = self._file_version()
        if version != self._version:
            self._keys = self._stored()
            self._public = usable_keys({"keys": [key.public_jwk() for key in self._keys]})
            self._version = version
        return self._keys

    def _file_version(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _stored(self) -> tuple[SigningKey, ...]:
        if self._file_version() is None:
            return ()
        return tuple(read_key(row) for row in json.loads(self._path.read_text())["keys"])

    def _store(self, keys: list[SigningKey]) -> None:
        """Replace the file in one step, never readable by others, never half written."""
        temporary = self._path.with_suffix(f".{secrets.token_hex(4)}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"keys": [written_key(key) for key in keys]}, file)
        temporary.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, across processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def new_key() -> SigningKey:
    return SigningKey(secrets.token_urlsafe(9), ec.generate_private_key(ec.SECP256R1()))


def written_key(key: SigningKey) -> dict[str, str | None]:
    pem = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    retired_at = key.retired_at.astimezone(UTC).isoformat() if key.retired_at else None
    return {"kid": key.kid, "pem": pem.decode(), "retired_at": retired_at}


def read_key(row: Mapping[str, str | None]) -> SigningKey:
    private_key = load_pem_private_key(str(row["pem"]).encode(), password=None)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey):
        raise TypeError("issuer-keys.json holds a key of another kind; delete the file to start anew")
    retired_at = row["retired_at"]
    return SigningKey(
        str(row["kid"]), private_key, datetime.fromisoformat(retired_at) if retired_at else None
    )
