"""The words of documents in each language: `words/<locale>.json`, the same keys in all."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

WORDS = Path(__file__).parent / "words"


@cache
def words_of(locale: str) -> Mapping[str, str]:
    """Return what documents of a locale say, by key."""
    return MappingProxyType(json.loads((WORDS / f"{locale}.json").read_text("utf-8")))
