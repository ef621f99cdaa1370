"""A real OIDC issuer on loopback, with real keys, that counts what it is asked."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def new_key(algorithm: str) -> tuple[PrivateKey, dict[str, Any]]:
    """Make a key for the algorithm; return it with its public JWK."""
    if algorithm == "RS256":
        rsa_key = rsa.generate_private_key(65537, 2048)
        return rsa_key, RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True)
    if algorithm == "ES256":
        ec_key = ec.generate_private_key(ec.SECP256R1())
        return ec_key, ECAlgorithm.to_jwk(ec_key.public_key(), as_dict=True)
    ed_key = ed25519.Ed25519PrivateKey.generate()
    return ed_key, OKPAlgorithm.to_jwk(ed_key.public_key(), as_dict=True)


@dataclass
class LocalIssuer:
    """What one issuer publishes. Change `jwks`, `discovery` or `failing` and the next fetch sees it."""

    url: str = ""
    jwks: list[dict[str, Any]] = field(default_factory=list)
    discovery: dict[str, Any] = field(default_factory=dict)
    private_keys: dict[str, tuple[str, PrivateKey]] = field(default_factory=dict)
    fetches: Counter[str] = field(default_factory=Counter)
    failing: bool = False

    def add_key(self, kid: str, algorithm: str = "ES256") -> None:
        """Make a key and publish its public half."""
        private_key, public_jwk = new_key(algorithm)
        self.private_keys[kid] = (algorithm, private_key)
        self.jwks.append({**public_jwk, "kid": kid, "use": "sig"})

    def sign(self, kid: str, claims: dict[str, Any], **headers: Any) -> str:
        algorithm, private_key = self.private_keys[kid]
        return jwt.encode(claims, private_key, algorithm, headers={"kid": kid, **headers})

    def answer(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **self.discovery}
        return {"keys": self.jwks} if path == "/keys" else None


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    """Serve an issuer on a free loopback port."""
    issuer = LocalIssuer()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.fetches[self.path] += 1
            answer = None if issuer.failing else issuer.answer(self.path)
            self.send_response(503 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: the test output is for the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
