"""What was found in a row, as a sentence for a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain import import_messages
from domain.import_messages import RowRule
from domain.packages import localized
from domain.properties import PropertyField
from domain.rules import messages
from domain.rules.problems import Problem, Severity


def message_of(
    rule: str,
    field: PropertyField | None,
    *,
    severity: Severity,
    sentence: str,
    facts: Mapping[str, Any],
    locales: Sequence[str],
) -> str:
    """Return the sentence of a finding in the first of the languages there is one in, else in English."""
    if not sentence or field is None:
        return localized(import_messages.MESSAGES[RowRule(rule)], tuple(locales)).format(**facts)
    told = {
        name: PropertyField(fact["field"]) if isinstance(fact, dict) else fact for name, fact in facts.items()
    }
    return messages.message_of(Problem(field, rule, severity, sentence, facts=told), locales)
