"""What a client asks of the sign-in page, and where its answer may be sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST_TEXT = 1024
UNSAFE = "The address to return to is neither of this server nor of this machine, so nobody is sent there."
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What a client asks of `/identity/authorize`, once its redirect address is known to be safe."""

    client_id: str
    redirect_uri: str
    state: str
    code_challenge: str
    scope: str
    nonce: str

    def fields(self) -> dict[str, str]:
        """Return the request as it was sent, to go through the page's form once more."""
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": self.code_challenge,
            "code_challenge_method": "S256",
            "scope": self.scope,
            "nonce": self.nonce,
        }


class Prompt(StrEnum):
    """What a client wants shown (OpenID Connect Core 1.0 §3.1.2.1)."""

    NONE = "none"
    """Nothing: a code at once, or the answer that somebody has to be asked."""
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"


class UnsafeRequestError(Exception):
    """The request cannot be answered to its sender, because where to send the answer is not safe."""


class RefusedSignInError(Exception):
    """The request is wrong in a way its sender may be told (RFC 6749 §4.1.2.1)."""

    def __init__(self, error: str, why: str, redirect_uri: str, state: str) -> None:
        super().__init__(why)
        self.answer = {"error": error, "error_description": why, "state": state}
        self.redirect_uri = redirect_uri


def read_sign_in_request(sent: Mapping[str, str], public_url: str) -> SignInRequest:
    """Read what the client asks. The redirect address first: only a safe one hears of the rest."""
    fields = {name: sent.get(name, "") for name in SignInRequest.__slots__}
    redirect_uri, state = fields["redirect_uri"], fields["state"]
    if not is_redirect_allowed(redirect_uri, public_url):
        raise UnsafeRequestError(UNSAFE)

    def refused(error: str, why: str) -> RefusedSignInError:
        return RefusedSignInError(error, why, redirect_uri, state)

    if any(len(text) > LONGEST_TEXT for text in fields.values()):
        raise refused("invalid_request", "A parameter is too long.")
    if sent.get("response_type") != "code":
        raise refused("unsupported_response_type", "Only the code flow is supported.")
    if not CLIENT_ID.fullmatch(fields["client_id"]):
        raise refused("invalid_request", "client_id is missing or ill-formed.")
    if sent.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(fields["code_challenge"]):
        raise refused("invalid_request", "PKCE with S256 is required.")
    return SignInRequest(**fields)


def is_silent(sent: Mapping[str, str], asked: SignInRequest) -> bool:
    """Tell whether nothing may be shown. Raises RefusedSignInError for what nobody could do."""
    prompts = set(sent.get("prompt", "").split())
    if prompts <= {*Prompt} and (prompts == {Prompt.NONE} or Prompt.NONE not in prompts):
        return Prompt.NONE in prompts
    why = "prompt is `none` alone, or of `login` and `select_account`."
    raise RefusedSignInError("invalid_request", why, asked.redirect_uri, asked.state)


def is_redirect_allowed(redirect_uri: str, public_url: str) -> bool:
    """Tell whether codes may be sent there: to ourselves, or to a program on the same machine.

    Anything else would be an open redirect that gives away codes.
    """
    try:
        there, here = urlsplit(redirect_uri), urlsplit(public_url)
        same_origin = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return False
    # Browsers read "\" as "/" and drop tabs and line ends; a careful reader of URLs does neither.
    is_plain = all("!" <= letter <= "~" and letter != "\\" for letter in redirect_uri)
    is_web = there.scheme in {"http", "https"} and there.username is None and there.password is None
    is_near = same_origin or there.hostname in LOOPBACK_HOSTS
    return is_plain and is_web and is_near and "#" not in redirect_uri


def origin_of(url: str) -> str:
    """Return `scheme://host[:port]` of a URL that `is_redirect_allowed`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
