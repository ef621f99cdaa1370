"""Refusals as values: codes that never clash, facts by name, a sentence each."""

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest

import domain
from domain import bookings, pricing, quotes
from domain.errors import NotFound, Refusal, Refused
from domain.properties import PropertyField
from domain.rules.problems import Problem, Severity

for _module in iter_modules(domain.__path__):
    import_module(f"domain.{_module.name}")


def every_refusal():
    """The domain's kinds of refusal by name; a class with slots is made twice, the later one counts."""
    found = {}
    rest = [Refusal]
    while rest:
        for kind in rest.pop().__subclasses__():
            rest.append(kind)
            if kind.__module__.startswith("domain."):
                found[kind.__name__] = kind
    return [found[name] for name in sorted(found)]


SAMPLES: dict[Any, Any] = {
    bool: True,
    int: 3,
    Decimal: Decimal("1.50"),
    quotes.Composition: quotes.Composition((), 150, 0, 0, "EUR"),
    str: "x",
    UUID: UUID(int=1),
    dt.datetime: dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC),
    dt.datetime | None: None,
    dt.date | None: dt.date(2026, 11, 18),
    str | None: None,
    pricing.CustomerType: pricing.CustomerType.ADULT,
    int | None: None,
    Problem: Problem(
        PropertyField.NAME, "NAME_REQUIRED", Severity.ERROR, "REQUIRED", {"field": PropertyField.NAME}
    ),
    tuple[bookings.FieldProblem, ...]: (bookings.FieldProblem("name", "is missing"),),
}


def sample_of(kind: Any) -> Any:
    """A value of a fact's type: of an enum its first member, of several one."""
    if get_origin(kind) is tuple and kind not in SAMPLES:
        return (sample_of(get_args(kind)[0]),)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return SAMPLES[kind]


@pytest.mark.parametrize("kind", every_refusal(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_code_a_sentence_and_its_facts(kind):
    facts = {field.name: sample_of(field.type) for field in fields(kind)}

    refusal = kind(**facts)

    assert refusal.code == refusal.code.upper()
    assert refusal.message.strip()
    assert refusal.facts().keys() == facts.keys()
    if kind.facts is Refusal.facts:
        # The others tell them in words of their own.
        assert refusal.facts() == facts
    assert str(Refused(refusal)) == f"{refusal.code}: {refusal.message}"


def test_no_two_refusals_share_a_code():
    codes = [kind.code for kind in every_refusal()]

    assert len(codes) == len({*codes})


def test_two_refusals_of_the_same_facts_are_equal():
    assert NotFound(noun="product", id="106") == NotFound(noun="product", id="106")
    assert NotFound(noun="product", id="106") != NotFound(noun="product", id="107")
