"""Which public keys an issuer signs with, out of its JSON Web Key Set (RFC 7517)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

ALGORITHM_OF = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
"""(kty, crv) -> the one algorithm such a key may verify. A token never chooses: that is the
algorithm-confusion attack. No symmetric key type is here, so HS* and `none` have no key at all."""

SHORTEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """One public key and the one algorithm it verifies."""

    kid: str | None
    algorithm: str
    jwk: PyJWK


class KeySource(Protocol):
    """The keys of one issuer, wherever they are kept."""

    async def key(self, kid: str | None) -> VerificationKey | None:
        """Return the key with this id; without an id, the issuer's only key. None if there is none.

        Raises GatewayError when the keys cannot be had now.
        """
        ...


def usable_keys(jwks: object) -> tuple[VerificationKey, ...]:
    """Return the signature keys of a JWKS that we verify with; skips the others.

    A set may hold keys for encryption or of kinds we do not know: they are not ours to judge.
    Raises ValueError when it is not a JWKS at all.
    """
    if not isinstance(jwks, Mapping) or not isinstance(jwks.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")  # noqa: TRY004 - it came from outside, not from code
    candidates = [verification_key(jwk) for jwk in jwks["keys"] if isinstance(jwk, Mapping)]
    return tuple(key for key in candidates if key is not None)


def verification_key(jwk: Mapping[str, object]) -> VerificationKey | None:
    """Return the key of one JWK, or None if it is not one we verify signatures with."""
    curve = jwk.get("crv")
    algorithm = ALGORITHM_OF.get((str(jwk.get("kty")), curve if isinstance(curve, str) else None))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm or not is_for_verification(jwk):
        return None
    kid = jwk.get("kid")
    if kid is not None and not isinstance(kid, str):
        return None
    try:
        parsed = PyJWK({name: jwk[name] for name in jwk if name not in PRIVATE_MEMBERS}, algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    if isinstance(parsed.key, RSAPublicKey) and parsed.key.key_size < SHORTEST_RSA_BITS:
        return None
    return VerificationKey(kid, algorithm, parsed)


def is_for_verification(jwk: Mapping[str, object]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def pick(keys: tuple[VerificationKey, ...], kid: str | None) -> VerificationKey | None:
    """Return the key named `kid`. A token without `kid` fits only where there is one key to fit."""
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)
