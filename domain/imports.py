"""Imports of properties: from a file to rows that are accepted, corrected or rejected, and back again.

UPLOADED → MAPPING_NEEDED | CHECKING → CHECKED → APPLYING → APPLIED → UNDOING → UNDONE
A file that can not be read is REFUSED; whatever has not been applied can be CANCELLED. A mapping can be set anew until
the import is applied: it is checked again from its first row then.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal, Refused
from domain.properties import PropertyField


class ImportStatus(StrEnum):
    """Where an import stands."""

    UPLOADED = "UPLOADED"
    MAPPING_NEEDED = "MAPPING_NEEDED"
    CHECKING = "CHECKING"
    CHECKED = "CHECKED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"


S = ImportStatus

NEXT: dict[ImportStatus, frozenset[ImportStatus]] = {
    S.UPLOADED: frozenset({S.MAPPING_NEEDED, S.CHECKING, S.REFUSED, S.CANCELLED}),
    S.MAPPING_NEEDED: frozenset({S.CHECKING, S.MAPPING_NEEDED, S.CANCELLED}),
    S.CHECKING: frozenset({S.CHECKED, S.CHECKING, S.MAPPING_NEEDED, S.REFUSED, S.CANCELLED}),
    S.CHECKED: frozenset({S.APPLYING, S.CHECKING, S.MAPPING_NEEDED, S.CANCELLED}),
    S.APPLYING: frozenset({S.APPLIED}),
    S.APPLIED: frozenset({S.UNDOING}),
    S.UNDOING: frozenset({S.UNDONE}),
    S.UNDONE: frozenset(),
    S.CANCELLED: frozenset(),
    S.REFUSED: frozenset(),
}
"""Status -> where it may go."""

AT_WORK = frozenset({S.UPLOADED, S.CHECKING, S.APPLYING, S.UNDOING})
"""In which a worker has something to do."""
ENDED = frozenset({S.APPLIED, S.UNDONE, S.CANCELLED, S.REFUSED})
"""At which whoever waits for the import is told that it finished."""

MOST_OPEN = 5
"""Imports of one partner that are neither ended nor cancelled."""


class RowOutcome(StrEnum):
    """What a dry run makes of a row."""

    ACCEPTED = "ACCEPTED"
    CORRECTED = "CORRECTED"
    """It can be taken with the corrections that are proposed, and only so."""
    REJECTED = "REJECTED"
    UNCHANGED = "UNCHANGED"
    """Everything it says is so already."""


class RowAction(StrEnum):
    """What applying an import did with a row."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    LEFT_OUT = "LEFT_OUT"
    """Rejected, or its corrections were not accepted."""


class UndoOutcome(StrEnum):
    """What undoing did with a row."""

    REMOVED = "REMOVED"
    RESTORED = "RESTORED"
    CHANGED_SINCE = "CHANGED_SINCE"
    """Somebody changed the property after the import, so it stays as it is."""


@dataclass(frozen=True, slots=True)
class ImportNotReady(Refusal):
    """The import is at a point from which this can not be done."""

    code: ClassVar[str] = "IMPORT_NOT_READY"
    hint: ClassVar[str | None] = "Follow propertyImportProgress until the import is where the act needs it."
    current: ImportStatus
    needed: tuple[ImportStatus, ...]

    @property
    def message(self) -> str:
        return f"The import is {self.current}; this needs {' or '.join(self.needed)}."


@dataclass(frozen=True, slots=True)
class MappingIncomplete(Refusal):
    """Columns are unsure, or fields without which no row can be taken have neither a column nor a constant."""

    code: ClassVar[str] = "MAPPING_INCOMPLETE"
    hint: ClassVar[str | None] = (
        "Map a column to each missing field or give a constant; decide the unsure columns."
    )
    missing: tuple[PropertyField, ...]
    unsure: tuple[str, ...]
    """Names of columns."""

    @property
    def message(self) -> str:
        parts = []
        if self.missing:
            parts.append(f"without a column: {', '.join(each.name for each in self.missing)}")
        if self.unsure:
            parts.append(f"unsure: {', '.join(self.unsure)}")
        return f"The mapping is not complete: {'; '.join(parts)}."


@dataclass(frozen=True, slots=True)
class TooManyImports(Refusal):
    """The partner has as many open imports as it may have."""

    code: ClassVar[str] = "TOO_MANY_IMPORTS"
    hint: ClassVar[str | None] = "Apply or cancel one of them first."
    max: int

    @property
    def message(self) -> str:
        return f"A partner may have {self.max} open imports."


def check_status(status: ImportStatus, *needed: ImportStatus) -> None:
    """Let an act pass that the import's status allows. Refuses: ImportNotReady."""
    if status not in needed:
        raise Refused(ImportNotReady(current=status, needed=needed))


def moved(status: ImportStatus, to: ImportStatus) -> ImportStatus:
    """Return `to` where the table of statuses allows it. Refuses: ImportNotReady."""
    if to not in NEXT[status]:
        raise Refused(ImportNotReady(current=status, needed=tuple(each for each in S if to in NEXT[each])))
    return to
