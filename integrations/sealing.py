"""Secrets that must be read again, encrypted at rest: AES-256-GCM under a key of the deployment."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import GatewayError

VERSION = b"\x01"
"""First byte of every sealed text, so that another way of sealing can be told from this one."""
NONCE_BYTES = 12


class AesSeal:
    """A `Seal`: version, random nonce, ciphertext with its tag. `about` is authenticated with it."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        self._aes = AESGCM(key)

    def seal(self, secret: bytes, about: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._aes.encrypt(nonce, secret, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """See `Seal.open`."""
        version, nonce, text = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != VERSION or len(nonce) != NONCE_BYTES:
            raise GatewayError("seal", "not a text of ours", retryable=False)
        try:
            return self._aes.decrypt(nonce, text, about)
        except (InvalidTag, ValueError):
            raise GatewayError("seal", "does not open with this key", retryable=False) from None
