"""The parameters of a call, read with Stripe's own complaints."""

from collections.abc import Collection
from typing import Any

from integrations.stripe.sandbox.errors import invalid_parameter, missing_parameter, unknown_parameter

LARGEST_AMOUNT = 99_999_999
LONGEST_KEY, LONGEST_TEXT, MOST_KEYS = 40, 500, 50
SMALLEST = {
    "aed": 200, "bgn": 100, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500,
    "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000, "usd": 50,
}  # fmt: skip
"""Least charge by currency, in minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts,
2026-11); 50 for the others."""


class Parameters:
    """A view of what was sent. `inside`: the name of the hash it is in, for the complaints."""

    __slots__ = ("_inside", "_values")

    def __init__(self, values: dict[str, Any], inside: str = "") -> None:
        self._values = values
        self._inside = inside

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def only(self, known: Collection[str]) -> None:
        """Refuse what Stripe does not know."""
        for name in self._values:
            if name not in known:
                raise unknown_parameter(self._named(name))

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a text; None also for an empty one, which unsets."""
        value = self._values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise invalid_parameter(f"Invalid string: {value}", self._named(name))
        return value or None

    def needed(self, name: str) -> str:
        """Return a text that must be there."""
        value = self._values.get(name)
        if value is None:
            raise missing_parameter(self._named(name))
        if value == "":
            raise invalid_parameter(
                f"You passed an empty string for '{self._named(name)}'. We assume empty values are an attempt to "
                "unset a parameter; however this parameter cannot be unset.",
                self._named(name),
                "parameter_invalid_empty",
            )
        if not isinstance(value, str):
            raise invalid_parameter(f"Invalid string: {value}", self._named(name))
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid_parameter(
                f"Invalid integer: {value}", self._named(name), "parameter_invalid_integer"
            ) from None

    def amount(self, name: str = "amount") -> int:
        """Return a positive amount in minor units."""
        value = self.integer(name)
        if value is None:
            raise missing_parameter(self._named(name))
        if value < 1:
            raise invalid_parameter(
                "This value must be greater than or equal to 1.",
                self._named(name),
                "parameter_invalid_integer",
            )
        if value > LARGEST_AMOUNT:
            raise invalid_parameter(
                "Amount must be no more than 999,999.99", self._named(name), "amount_too_large"
            )
        return value

    def currency(self) -> str:
        value = self.needed("currency").lower()
        if len(value) != 3 or not value.isalpha():
            raise invalid_parameter(f"Invalid currency: {value}.", "currency")
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        value = self._values.get(name)
        if value is None:
            return default
        if value in ("true", "True", True, "1"):
            return True
        if value in ("false", "False", False, "0"):
            return False
        raise invalid_parameter(f"Invalid boolean: {value}", self._named(name))

    def one_of(self, name: str, allowed: Collection[str], default: str | None = None) -> str | None:
        value = self.text(name, default)
        if value is not None and value not in allowed:
            raise invalid_parameter(
                f"Invalid {self._named(name)}: must be one of {', '.join(sorted(allowed))}", self._named(name)
            )
        return value

    def under(self, name: str) -> "Parameters":
        """Return the hash of this name; an empty one where there is none."""
        value = self._values.get(name)
        if value is None or value == "":
            return Parameters({}, self._named(name))
        if not isinstance(value, dict):
            raise invalid_parameter("Invalid object", self._named(name))
        return Parameters(value, self._named(name))

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; one alone counts as a list of one."""
        value = self._values.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, list):
            return [str(each) for each in value]
        raise invalid_parameter("Invalid array", self._named(name))

    def metadata(self, before: dict[str, str] | None = None) -> dict[str, str]:
        """Return the metadata after this call: what is sent is added, an empty text takes its key away."""
        kept = dict(before or {})
        value = self._values.get("metadata")
        if value is None:
            return kept
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid_parameter("Invalid object", "metadata")
        for key, text in value.items():
            if len(key) > LONGEST_KEY:
                raise invalid_parameter(
                    f"Metadata keys can have up to {LONGEST_KEY} characters.", f"metadata[{key}]"
                )
            if text is None or text == "":
                kept.pop(key, None)
                continue
            if isinstance(text, (dict, list)) or len(str(text)) > LONGEST_TEXT:
                raise invalid_parameter(
                    f"Metadata values can have up to {LONGEST_TEXT} characters, but you passed in a value that is "
                    f"{len(str(text))} characters.",
                    f"metadata[{key}]",
                )
            kept[key] = str(text)
        if len(kept) > MOST_KEYS:
            raise invalid_parameter(f"Metadata can have up to {MOST_KEYS} keys.", "metadata")
        return kept

    def _named(self, name: str) -> str:
        return f"{self._inside}[{name}]" if self._inside else name


def check_chargeable(amount: int, currency: str) -> None:
    """Refuse an amount below what Stripe charges."""
    least = SMALLEST.get(currency, 50)
    if amount < least:
        raise invalid_parameter(
            f"Amount must be at least {least} in the smallest unit of {currency}",
            "amount",
            "amount_too_small",
        )
