"""What documents say, as JSON keeps it: read again it is the same."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from domain.checkouts import RefundReason
from domain.documents import (
    OF_SALES,
    BillingDocumentKind,
    Content,
    Deduction,
    DeductionKind,
    Line,
    Movement,
    MovementKind,
    PaidOut,
    Party,
    Sale,
    Statement,
)
from domain.pricing import CustomerType


def party_said(party: Party) -> dict[str, Any]:
    """Return a party as JSON has it."""
    plain: dict[str, Any] = _plain(asdict(party))
    return plain


def told(content: Content) -> dict[str, Any]:
    """Return what a document says as JSON has it."""
    plain: dict[str, Any] = _plain(asdict(content))
    return plain


def sale_of(said: Mapping[str, Any]) -> Sale:
    """Return what `told` was given."""
    return Sale(
        **{
            **said,
            "seller": party_of(said["seller"]),
            "buyer": party_of(said["buyer"]),
            "lines": tuple(_line(each) for each in said["lines"]),
            "deductions": tuple(
                Deduction(**{**each, "kind": DeductionKind(each["kind"])}) for each in said["deductions"]
            ),
            "at": dt.datetime.fromisoformat(said["at"]),
            "reason": said["reason"] and RefundReason(said["reason"]),
        }
    )


def statement_of(said: Mapping[str, Any]) -> Statement:
    """Return what `told` was given."""
    payout = said["payout"]
    return Statement(
        **{
            **said,
            "holder": party_of(said["holder"]),
            "starts_on": dt.date.fromisoformat(said["starts_on"]),
            "ends_on": dt.date.fromisoformat(said["ends_on"]),
            "movements": tuple(
                Movement(
                    at=dt.datetime.fromisoformat(each["at"]),
                    kind=MovementKind(each["kind"]),
                    reference=each["reference"],
                    amount_minor=each["amount_minor"],
                )
                for each in said["movements"]
            ),
            "payout": payout
            and PaidOut(
                payout["amount_minor"],
                payout["arrives_on"] and dt.date.fromisoformat(payout["arrives_on"]),
                payout["reference"],
            ),
        }
    )


def content_of(kind: BillingDocumentKind, said: Mapping[str, Any]) -> Content:
    """Return what `told` was given, by the kind of the document."""
    return sale_of(said) if kind in OF_SALES else statement_of(said)


def party_of(said: Mapping[str, Any]) -> Party:
    """Return what `party_said` was given."""
    return Party(said["name"], tuple(said["lines"]), said["country"], said["tax_number"])


def _line(said: Mapping[str, Any]) -> Line:
    date, customer_type = said["date"], said["customer_type"]
    return Line(
        **{
            **said,
            "customer_type": customer_type and CustomerType(customer_type),
            "date": date and dt.date.fromisoformat(date),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value
