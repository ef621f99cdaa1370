"""Takes secrets and personal data out of everything that is logged, whoever logged it and however."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

REDACTED = "[redacted]"
LONGEST_TEXT = 20_000
DEEPEST = 6

SECRET_KEYS = re.compile(
    r"authorization|cookie|token|api[-_]?key$|secret|password|passwd|pepper|credential|signature"
    r"|e[-_]?mail|phone|customer|special_requests|payment_reference|variables|^key$",
    re.IGNORECASE,
)
"""Names whose values are never shown. `api_key_id` is no such name: ids of keys are how we speak of them."""

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"il_(?:live|test)_[\w-]*", re.IGNORECASE), REDACTED),
    (re.compile(r"whsec_[\w+/=-]*"), REDACTED),
    (re.compile(r"\b(Bearer|Basic|Digest)\s+[^\s,;\"']+", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[\w-]*\.[\w.-]*"), REDACTED),
    (
        re.compile(
            r"\b((?:access_|refresh_|id_)?token|api_?key|password|secret|client_secret|code_verifier|code)=[^&\s\"']+",
            re.IGNORECASE,
        ),
        rf"\1={REDACTED}",
    ),
    (re.compile(r"(?<=://)[^/\s@]{1,200}@"), f"{REDACTED}@"),
    (re.compile(r"\[parameters: .*?\]\s*(?=\(Background|\n|$)", re.DOTALL), f"[parameters: {REDACTED}]"),
    (re.compile(r"Failing row contains \(.*?\)\.?(?=\n|$)", re.DOTALL), f"Failing row contains {REDACTED}"),
    (re.compile(r"Key \(([^)\n]{1,200})\)=\([^\n]*?\)(?= )"), rf"Key (\1)={REDACTED}"),
    (
        re.compile(r"[^\s@<>\"'(),;:=\[\]{}]{1,64}(?:@|%40)[^\s@<>\"'(),;:=\[\]{}]{1,253}", re.IGNORECASE),
        REDACTED,
    ),
)
"""Keys, webhook secrets, credentials in headers, JWTs, query strings and urls, values in database errors, e-mail."""

OWN_ID = re.compile(r"req_[0-9a-f]{24}")
"""A request id of our making: a new text every time, and nothing in it."""
MOST_HARMLESS = 5_000
LONGEST_HARMLESS = 100

MAYBE_PHONE = re.compile(r"(?<![\w.:-])\+?\(?\d[\d\s().\-/]{6,24}\d(?![\w:])")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PHONE_DIGITS = range(8, 16)
"""E.164 has at most 15."""


_harmless: set[str] = set()
"""Short texts that were found to be clean: most of what is logged is logged again and again."""
_named: dict[str, bool] = {}
"""Harmless names, and whether what they name is secret."""


def redact(_: object, __: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Clean one event: structlog's processor, after exceptions became text and before anything is written."""
    return {clean_text(key): clean(value, name=key) for key, value in event.items()}


def clean(value: object, *, name: str = "", depth: int = 0) -> Any:
    """Return a value as it may be written: numbers as they are, all else as clean text, lists and dicts."""
    if value is None or isinstance(value, bool):
        return value
    if _is_secret(name):
        return REDACTED
    if isinstance(value, str):
        return clean_text(value)
    return value if isinstance(value, int | float) else _clean_object(value, depth)


def _clean_object(value: object, depth: int) -> Any:
    if depth < DEEPEST:
        if isinstance(value, Mapping):
            return {
                clean_text(str(key)): clean(each, name=str(key), depth=depth + 1)
                for key, each in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [clean(each, depth=depth + 1) for each in value]
    if isinstance(value, bytes):
        return clean_text(value.decode(errors="replace"))
    return clean_text(repr(value))


def clean_text(text: str) -> str:
    """Return text without the secrets and personal data whose form gives them away."""
    if text in _harmless or OWN_ID.fullmatch(text):
        return text
    cleaned = text[:LONGEST_TEXT]
    for pattern, replacement in PATTERNS:
        cleaned = pattern.sub(replacement, cleaned)
    cleaned = MAYBE_PHONE.sub(_unless_no_phone, cleaned)
    if cleaned == text and len(text) <= LONGEST_HARMLESS:
        if len(_harmless) >= MOST_HARMLESS:
            _harmless.clear()
        _harmless.add(text)
    return cleaned


def _is_secret(name: str) -> bool:
    is_secret = _named.get(name)
    if is_secret is None:
        is_secret = SECRET_KEYS.search(name) is not None
        if name in _harmless and len(_named) < MOST_HARMLESS:
            _named[name] = is_secret
    return is_secret


def _unless_no_phone(found: re.Match[str]) -> str:
    text = found[0]
    digits = sum(letter.isdigit() for letter in text)
    if digits not in PHONE_DIGITS or DATE.match(text) or _is_address(text):
        return text
    return REDACTED


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
