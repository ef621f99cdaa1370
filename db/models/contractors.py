"""Contractors: who looks for partners."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, Id, enum_type
from domain.contractors import ContractorSize, Hours, Weekday


class Contractor(Base):
    """A company that looks for partners; of no environment. Personal data: contact, address.

    Who is erased keeps its introductions and figures, and nothing that leads to a person.
    """

    __tablename__ = "contractors"
    __table_args__ = (
        CheckConstraint(
            "preferred_from_hour >= 0 AND preferred_from_hour < preferred_to_hour AND preferred_to_hour <= 24",
            name="preferred_hours",
        ),
        CheckConstraint(
            "(erased_at IS NULL) = (contact_email IS NOT NULL)"
            " AND (erased_at IS NULL) = (contact_name IS NOT NULL)"
            " AND (erased_at IS NULL OR user_id IS NULL)",
            name="erased_at",
        ),
        Index("ix_contractors_user_id", "user_id", postgresql_where="user_id IS NOT NULL"),
    )

    id: Mapped[Id]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Whose it is; None for those that staff made."""
    name: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    industry: Mapped[str] = mapped_column(String(32))
    region: Mapped[str] = mapped_column(String(6))
    size: Mapped[ContractorSize] = mapped_column(enum_type(ContractorSize, 16))
    needs: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)))
    locale: Mapped[str] = mapped_column(String(2))
    """The language it is written to in; one of `domain.partners.LOCALES`."""
    time_zone: Mapped[str] = mapped_column(String(64))
    preferred_from_hour: Mapped[int]
    preferred_to_hour: Mapped[int]
    """On its own clock; 24 is the end of the day."""
    preferred_days: Mapped[list[str]] = mapped_column(ARRAY(String(9)))
    """Names of `domain.contractors.Weekday`, in the order of the week."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    @property
    def preferred_hours(self) -> Hours:
        return Hours(self.preferred_from_hour, self.preferred_to_hour)

    @property
    def preferred_weekdays(self) -> list[Weekday]:
        return [Weekday(each) for each in self.preferred_days]
