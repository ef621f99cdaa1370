"""Reservations and their lines, each line with its frozen quote."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.packages import Package
from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.inventory import Channel
from domain.pricing import CustomerType
from domain.reservations import ReservationStatus


class Reservation(Base):
    """A temporary hold. `sequence` counts its changes: subscribers resume by it."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 100", name="units"),
        CheckConstraint("(status = 'ACTIVE') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_reservations_reseller", "reseller_id", "environment", "id"),
        Index("ix_reservations_due", "expires_at", postgresql_where="status = 'ACTIVE'"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, 16))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller_profiles.partner_id"))
    status: Mapped[ReservationStatus] = mapped_column(enum_type(ReservationStatus))
    units: Mapped[int]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str | None] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    sequence: Mapped[int] = mapped_column(BigInteger, default=1)

    lines: Mapped[list["ReservationLine"]] = relationship(
        lazy="raise",
        order_by="ReservationLine.position",
        primaryjoin="and_(Reservation.id == ReservationLine.reservation_id,"
        " ReservationLine.component_of.is_(None))",
        viewonly=True,
    )
    """What was asked for; what its bundles take from others' pools is not among it."""
    reseller: Mapped[Partner | None] = relationship(
        lazy="raise", primaryjoin="foreign(Reservation.reseller_id) == Partner.id", viewonly=True
    )


class ReservationLine(Base):
    """Units of one package for one kind of customer, or of a bundle's component.

    `rules` is the quote of one unit, frozen.
    """

    __tablename__ = "reservation_lines"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100 OR component_of IS NOT NULL", name="quantity"),
        CheckConstraint(
            "component_of IS NULL OR quantity >= 1 AND amount_minor = 0 AND allotment_id IS NOT NULL",
            name="component",
        ),
        CheckConstraint("returned BETWEEN 0 AND quantity", name="returned"),
        Index("ix_reservation_lines_allotment_id", "allotment_id"),
    )

    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    allotment_id: Mapped[UUID | None] = mapped_column(ForeignKey("allotments.id"))
    """None for a bundle that has no pool of its own: all it takes is in the lines of its components."""
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    package_version: Mapped[int] = mapped_column(default=1, server_default="1")
    component_of: Mapped[int | None]
    """The position of the bundle's line that this one takes units for: it costs nothing and makes no ticket."""
    product_id: Mapped[str] = mapped_column(String(64))
    """The package's SKU when it was held."""
    customer_type: Mapped[CustomerType] = mapped_column(enum_type(CustomerType, 16))
    date: Mapped[dt.date | None]
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    """Units that went back to the pool after the sale."""
    unit_amount_minor: Mapped[int] = mapped_column(BigInteger)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    package: Mapped[Package] = relationship(lazy="raise")
