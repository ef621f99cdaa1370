"""What was booked with what, when, and by whom: the counts that suggestions are reckoned from."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.types import Base, enum_type
from domain.suggestions import PartyType


class PackageTrips(Base):
    """How often a package was booked, by the month of the trip and by who travelled. Rolled up by the hour."""

    __tablename__ = "package_trips"
    __table_args__ = (
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("bookings > 0", name="bookings"),
    )

    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[PartyType] = mapped_column(enum_type(PartyType, 8), primary_key=True)
    bookings: Mapped[float] = mapped_column(Double)
    """Each counts less the longer ago it was made."""


class PackagePair(Base):
    """How often two packages were booked together; each pair is there both ways round."""

    __tablename__ = "package_pairs"
    __table_args__ = (CheckConstraint("bookings > 0", name="bookings"),)

    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True, index=True)
    bookings: Mapped[float] = mapped_column(Double)
    """Each counts less the longer ago it was made."""
