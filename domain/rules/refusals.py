"""What a property is refused for."""

from dataclasses import dataclass
from typing import ClassVar

from domain.errors import Refusal, Refused
from domain.properties import Values
from domain.rules.engine import NOTHING_KNOWN, check
from domain.rules.messages import message_of, suggestion_of
from domain.rules.portfolio import Portfolio
from domain.rules.problems import Problem, blocking


@dataclass(frozen=True, slots=True)
class InvalidProperty(Refusal):
    """Values of the property do not hold; all of them are told at once, with what would mend them."""

    code: ClassVar[str] = "INVALID_PROPERTY"
    hint: ClassVar[str | None] = "Mend every problem of severity ERROR; many come with a suggestion."
    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        names = dict.fromkeys(each.field.value for each in blocking(self.problems))
        return f"These values do not hold: {', '.join(names)}."

    def facts(self) -> dict[str, object]:
        told = [
            {
                "field": each.field.value,
                "path": each.path,
                "rule": each.rule,
                "severity": each.severity.value,
                "message": message_of(each),
                "suggestion": suggestion_of(each),
            }
            for each in self.problems
        ]
        return {"problems": told}


def check_property(values: Values, *, portfolio: Portfolio = NOTHING_KNOWN) -> None:
    """Let a property pass that may be saved; warnings are no reason against it. Refuses: InvalidProperty."""
    problems = check(values, portfolio=portfolio)
    if blocking(problems):
        raise Refused(InvalidProperty(tuple(problems)))
