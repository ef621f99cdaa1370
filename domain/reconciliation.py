"""Reconciliation: whether our books say of money what the provider says, object by object."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class MoneyObject(StrEnum):
    """What is compared: with the provider (the first four), or with our own books."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"
    TRANSFER = "TRANSFER"
    PAYOUT = "PAYOUT"
    CHECKOUT = "CHECKOUT"
    JOURNAL_ENTRY = "JOURNAL_ENTRY"


class DifferenceKind(StrEnum):
    """How the two sides differ."""

    MISSING = "MISSING"
    """We have it, the provider (or the journal) has not."""
    EXTRA = "EXTRA"
    """The provider (or the journal) has it, we have not."""
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    STATUS_DIFFERS = "STATUS_DIFFERS"
    UNBALANCED = "UNBALANCED"
    """The legs of a sale do not sum to what was paid, or an entry's postings not to zero."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One object as one side has it. `status` in the words both sides use; None where it is not compared."""

    amount_minor: int
    currency: str
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the two sides do not agree on. `reference` is the provider's id, or ours where it has none."""

    object: MoneyObject
    kind: DifferenceKind
    reference: str
    expected: str | None
    found: str | None


def compare(
    what: MoneyObject, ours: Mapping[str, Seen], theirs: Mapping[str, Seen]
) -> tuple[Difference, ...]:
    """Return what the two sides do not agree on, by reference; at most one difference an object and kind."""
    return tuple(
        difference
        for reference in sorted(ours.keys() | theirs.keys())
        for difference in _differences(what, reference, ours.get(reference), theirs.get(reference))
    )


def _differences(
    what: MoneyObject, reference: str, ours: Seen | None, theirs: Seen | None
) -> Iterable[Difference]:
    if theirs is None:
        yield Difference(what, DifferenceKind.MISSING, reference, _text(ours), None)
    elif ours is None:
        yield Difference(what, DifferenceKind.EXTRA, reference, None, _text(theirs))
    else:
        if (ours.amount_minor, ours.currency) != (theirs.amount_minor, theirs.currency):
            yield Difference(what, DifferenceKind.AMOUNT_DIFFERS, reference, _text(ours), _text(theirs))
        if None not in (ours.status, theirs.status) and ours.status != theirs.status:
            yield Difference(what, DifferenceKind.STATUS_DIFFERS, reference, ours.status, theirs.status)


def _text(seen: Seen | None) -> str | None:
    return None if seen is None else f"{seen.amount_minor} {seen.currency}"


def count_wrong(differences: Sequence[Difference]) -> int:
    """Count the objects that differ, each once."""
    return len({(each.object, each.reference) for each in differences})
