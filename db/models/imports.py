"""Imports of properties, their rows, what was found in them, and the mappings partners chose."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.models.uploads import Upload
from db.types import HOT, Base, Id, enum_type
from domain.imports import ImportStatus, RowAction, RowOutcome, UndoOutcome
from domain.properties import PropertyField
from domain.rules.problems import Severity
from domain.spreadsheets import FileKind, FileProblem


class PropertyImport(Base):
    """One file of properties on its way in, or out again. Of no environment. `sequence` counts what was told of it.

    `cursor` is the row in the file up to which the present status has done its work, so that whoever takes over goes
    on there. Of two workers one has the lease; each batch looks at the cursor under the row's lock all the same.
    """

    __tablename__ = "property_imports"
    __table_args__ = (
        CheckConstraint("(status = 'REFUSED') = (refused_because IS NOT NULL)", name="refused_because"),
        CheckConstraint("accepted + corrected + rejected + unchanged = row_count", name="row_count"),
        Index("ix_property_imports_partner", "partner_id", "id"),
        Index(
            "ix_property_imports_at_work",
            "id",
            postgresql_where="status IN ('UPLOADED', 'CHECKING', 'APPLYING', 'UNDOING')",
        ),
        HOT,
    )

    id: Mapped[Id]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"))
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus, 16))
    refused_because: Mapped[FileProblem | None] = mapped_column(enum_type(FileProblem))
    refused_row: Mapped[int | None]
    refused_limit: Mapped[int | None]
    kind: Mapped[FileKind | None] = mapped_column(enum_type(FileKind, 8))
    encoding: Mapped[str | None] = mapped_column(String(20))
    encoding_reason: Mapped[str | None] = mapped_column(String(200))
    delimiter: Mapped[str | None] = mapped_column(String(1))
    sheet: Mapped[str | None] = mapped_column(String(200))
    sheets: Mapped[list[str]] = mapped_column(ARRAY(String(200)), default=list)
    header_row: Mapped[int | None]
    """None where the file has no header, or was not looked into yet."""
    above_first: Mapped[int] = mapped_column(default=0)
    """The row above the first that is a property's."""
    signature: Mapped[bytes | None]
    """Of the header: a mapping is remembered by it."""
    locale: Mapped[str] = mapped_column(String(2))
    """Of descriptions whose column does not say so."""
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    constants: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accept_corrections: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    processed: Mapped[int] = mapped_column(default=0)
    """Rows that were applied or undone so far."""
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    """Changed since by somebody else, so that undoing let them be."""
    rejects_upload_id: Mapped[UUID | None] = mapped_column(ForeignKey("uploads.id"))
    """The spreadsheet of the rows that were not taken, with what is wrong with each."""
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    leased_until: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(lazy="raise")
    rejects: Mapped[Upload | None] = relationship(lazy="raise", foreign_keys=[rejects_upload_id])


class PropertyImportRow(Base):
    """One row of a file: its cells, what it says, and all that is needed to take it back.

    `property_id` is no foreign key: undoing removes what the row made.
    """

    __tablename__ = "property_import_rows"
    __table_args__ = (Index("ix_property_import_rows_code", "import_id", "external_code"),)

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("property_imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """In the file, from 1."""
    cells: Mapped[list[str]] = mapped_column(ARRAY(Text))
    external_code: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[RowOutcome] = mapped_column(enum_type(RowOutcome, 16))
    told: Mapped[dict[str, Any]]
    """The values of the row by field, its corrections in them."""
    digest: Mapped[bytes]
    action: Mapped[RowAction | None] = mapped_column(enum_type(RowAction, 16))
    property_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the property was before, where there was one."""
    version: Mapped[int | None]
    """Of the property, after the row was applied."""
    undo: Mapped[UndoOutcome | None] = mapped_column(enum_type(UndoOutcome, 16))


class PropertyImportProblem(Base):
    """One thing found in a row: where, what stands there, which rule, and what it would be corrected to."""

    __tablename__ = "property_import_problems"
    __table_args__ = (Index("ix_property_import_problems_row", "import_id", "row", "id"),)

    id: Mapped[Id]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("property_imports.id", ondelete="CASCADE"))
    row: Mapped[int]
    column: Mapped[str | None] = mapped_column(Text)
    """The name of the column; None for the whole row, and for constants."""
    field: Mapped[PropertyField | None] = mapped_column(enum_type(PropertyField))
    value: Mapped[str] = mapped_column(Text)
    """What stands in the cell, shortened."""
    rule: Mapped[str] = mapped_column(String(64))
    severity: Mapped[Severity] = mapped_column(enum_type(Severity, 16))
    sentence: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
    suggestion: Mapped[str | None] = mapped_column(Text)
    is_applied: Mapped[bool]
    """Whether `suggestion` is what is taken when corrections are accepted."""


class PropertyImportMapping(Base):
    """What a partner's columns mean, remembered by the header they came with."""

    __tablename__ = "property_import_mappings"

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), primary_key=True)
    signature: Mapped[bytes] = mapped_column(primary_key=True)
    targets: Mapped[list[Any]] = mapped_column(JSONB)
    """One for each column: [field, part], or null where it is left out."""
    constants: Mapped[dict[str, Any]]
    chosen_by: Mapped[str] = mapped_column(String(64))
    chosen_at: Mapped[datetime]
