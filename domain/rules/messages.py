"""The sentences of problems, and the names of fields, in every language of the product."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from domain.packages import localized
from domain.properties import PropertyField
from domain.property_texts import write
from domain.rules.problems import Problem

SOURCE = Path(__file__).parent / "messages.json"


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """Return what is said: fields and sentences, by key and language."""
    read: dict[str, dict[str, dict[str, str]]] = json.loads(SOURCE.read_text("utf-8"))
    return read


def label_of(field: PropertyField, locales: Sequence[str] = ()) -> str:
    """Return what a field is called in the first of the languages there is a name in, else in English."""
    return localized(texts()["fields"][field.value], tuple(locales))


def message_of(problem: Problem, locales: Sequence[str] = ()) -> str:
    """Return one sentence for a person, in the first of the languages there is one in, else in English."""
    facts = {
        name: label_of(each, locales) if isinstance(each, PropertyField) else each
        for name, each in problem.facts.items()
    }
    return localized(texts()["sentences"][problem.sentence], tuple(locales)).format_map(facts)


def suggestion_of(problem: Problem) -> str | None:
    """Return what would mend the problem's field, as a cell of a spreadsheet has it; None where only a person knows."""
    if problem.field not in problem.corrections:
        return None
    return write(
        problem.field,
        problem.corrections[problem.field],
        currency=problem.corrections.get(PropertyField.CURRENCY, problem.facts.get("currency")),
    )
