"""What a dry run makes of a row: accepted, corrected, rejected or unchanged, with everything found on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain import property_texts
from domain.geography import Point
from domain.import_messages import RowRule
from domain.import_rows import Finding, RowReading, digest_of, merged
from domain.imports import RowOutcome
from domain.properties import PropertyField
from domain.rules.engine import check
from domain.rules.portfolio import Known, Portfolio
from domain.rules.problems import Problem, Severity
from domain.rules.table import LONGEST

F = PropertyField

ROUNDS = 3
"""A correction may uncover what another mends: a country that is read lets its zone be found."""
UNTIDY = "_UNTIDY"
"""Ends the codes of warnings whose correction takes nothing away."""
LONGEST_VALUE = 300
"""Characters of a cell and of a suggestion that are shown."""
MOST_FINDINGS = 50
"""Of one row."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row above that has a code: where it is, and what it says."""

    row: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row and what came of it. `told` has the corrections in it."""

    number: int
    cells: Sequence[str]
    external_code: str | None
    outcome: RowOutcome
    told: Mapping[PropertyField, Any]
    digest: bytes
    findings: tuple[Finding, ...]


def code_of(read: RowReading) -> str | None:
    """Return the code a row tells, by which its property is found; None also where it is too long for one."""
    told = read.values.get(F.EXTERNAL_CODE)
    return told if isinstance(told, str) and len(told) <= LONGEST[F.EXTERNAL_CODE] else None


def check_row(
    number: int,
    cells: Sequence[str],
    read: RowReading,
    *,
    before: Mapping[PropertyField, Any] | None,
    earlier: Earlier | None,
    portfolio: Portfolio,
) -> CheckedRow:
    """Judge one row. `before`: the partner's property of this code; `earlier`: the first row above that has it."""
    digest = digest_of(read.values)
    code = code_of(read)
    if earlier is not None:
        is_same = earlier.digest == digest
        column, text = _source(read, F.EXTERNAL_CODE)
        finding = Finding(
            RowRule.ROW_REPEATED if is_same else RowRule.CODE_REPEATED,
            Severity.WARNING if is_same else Severity.ERROR,
            F.EXTERNAL_CODE,
            column,
            text,
            facts={"row": earlier.row},
        )
        outcome = RowOutcome.UNCHANGED if is_same else RowOutcome.REJECTED
        return CheckedRow(number, cells, code, outcome, read.values, digest, (finding,))
    values, findings = _corrected(read, before or {}, portfolio)
    outcome = _outcome(findings, is_unchanged=before is not None and is_told(before, values))
    if outcome is RowOutcome.UNCHANGED:
        # What is so already was looked at when it came in.
        findings = []
    return CheckedRow(number, cells, code, outcome, values, digest, tuple(findings[:MOST_FINDINGS]))


def is_told(before: Mapping[PropertyField, Any], told: Mapping[PropertyField, Any]) -> bool:
    """Tell whether a property says all that a row tells already."""
    return merged(before, told) == merged(before, {})


def known_of(values: Mapping[PropertyField, Any]) -> Known | None:
    """Return what later rows are compared with; None for what has no code or no name."""
    code, name = values.get(F.EXTERNAL_CODE), values.get(F.NAME)
    if not isinstance(code, str) or not isinstance(name, str):
        return None
    latitude, longitude, city = (values.get(each) for each in (F.LATITUDE, F.LONGITUDE, F.CITY))
    point = None
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        point = Point(latitude, longitude)
    return Known(code, name, city if isinstance(city, str) else "", point)


def _corrected(
    read: RowReading, before: Mapping[PropertyField, Any], portfolio: Portfolio
) -> tuple[dict[PropertyField, Any], list[Finding]]:
    """Return the row's values with every correction in them, and all that was found."""
    values, findings = dict(read.values), list(read.findings)
    told: set[tuple[str, str]] = set()
    for _ in range(ROUNDS):
        corrections: dict[PropertyField, Any] = {}
        for problem in check(merged(before, values), portfolio=portfolio):
            is_applied = bool(problem.corrections) and (problem.is_blocking or problem.rule.endswith(UNTIDY))
            if is_applied:
                corrections |= problem.corrections
            if (problem.rule, problem.path) not in told:
                told.add((problem.rule, problem.path))
                findings.append(_finding(problem, read, values, is_applied=is_applied))
        if not corrections:
            break
        values |= corrections
    else:
        # What is still wrong after its correction was no correction.
        left = {each.rule for each in check(merged(before, values), portfolio=portfolio) if each.is_blocking}
        findings = [replace(each, is_applied=each.is_applied and each.rule not in left) for each in findings]
    return values, findings


def _outcome(findings: Sequence[Finding], *, is_unchanged: bool) -> RowOutcome:
    if any(each.severity is Severity.ERROR and not each.is_applied for each in findings):
        return RowOutcome.REJECTED
    if is_unchanged:
        return RowOutcome.UNCHANGED
    return RowOutcome.CORRECTED if any(each.is_applied for each in findings) else RowOutcome.ACCEPTED


def _finding(
    problem: Problem, read: RowReading, values: Mapping[PropertyField, Any], *, is_applied: bool
) -> Finding:
    column, text = _source(read, problem.field)
    currency = {**values, **problem.corrections}.get(F.CURRENCY)
    mended = {
        each: property_texts.write(each, value, currency=currency)
        for each, value in problem.corrections.items()
    }
    suggestion = None
    if set(mended) == {problem.field}:
        suggestion = mended[problem.field]
    elif mended:
        suggestion = "; ".join(f"{each.value}: {text}" for each, text in mended.items())
    return Finding(
        rule=problem.rule,
        severity=problem.severity,
        field=problem.field,
        column=column,
        value=text or property_texts.write(problem.field, values.get(problem.field), currency=currency),
        sentence=problem.sentence,
        facts=problem.facts,
        suggestion=suggestion,
        is_applied=is_applied,
    )


def _source(read: RowReading, field: PropertyField) -> tuple[int | None, str]:
    return read.sources.get(field, (None, ""))
