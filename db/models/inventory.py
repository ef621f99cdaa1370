"""Allotments and the journal of everything that happened to them."""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from db.models.packages import Package
from db.models.partners import Partner
from db.types import HOT, Base, Id, enum_type
from domain.environments import Environment
from domain.inventory import Channel, InventoryEventKind


class Allotment(Base):
    """Units of a package set aside for a channel, optionally for one day or one reseller.

    `sequence` counts the changes of the counters; its row lock puts them in one order.
    """

    __tablename__ = "allotments"
    __table_args__ = (
        CheckConstraint("held >= 0 AND sold >= 0 AND held + sold <= allocated", name="counters"),
        CheckConstraint("reseller_id IS NULL OR channel = 'OTA'", name="reseller_channel"),
        Index(
            "uq_allotments_pool",
            "package_id",
            "channel",
            "date",
            "reseller_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        HOT,
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, 16))
    date: Mapped[dt.date | None]
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("reseller_profiles.partner_id"))
    allocated: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    is_closed: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[dt.datetime]

    overdue: Mapped[int | None] = query_expression()
    """Units of holds that ran out but are not released yet; told by `queries.computed`."""
    asked_date: Mapped[dt.date | None] = query_expression()
    """The day that was asked about, which an undated pool serves too; None where none was."""

    package: Mapped[Package] = relationship(lazy="raise")
    reseller: Mapped[Partner | None] = relationship(
        lazy="raise", primaryjoin="foreign(Allotment.reseller_id) == Partner.id", viewonly=True
    )

    @hybrid_property
    def day(self) -> dt.date | None:
        """The day asked about, or the pool's own."""
        return self.asked_date or self.date

    @day.inplace.expression
    @classmethod
    def _day(cls) -> ColumnElement[dt.date | None]:
        return func.coalesce(cls.asked_date, cls.date)

    @hybrid_property
    def live_held(self) -> int:
        """Units of holds that have not run out."""
        return self.held - (self.overdue or 0)

    @live_held.inplace.expression
    @classmethod
    def _live_held(cls) -> ColumnElement[int]:
        return cls.held - func.coalesce(cls.overdue, 0)

    @hybrid_property
    def available(self) -> int:
        return self.allocated - self.live_held - self.sold


class InventoryEvent(Base):
    """One change of an allotment's counters, with what they were after it."""

    __tablename__ = "inventory_events"
    __table_args__ = (
        UniqueConstraint("allotment_id", "sequence"),
        Index("ix_inventory_events_reservation_id", "reservation_id"),
    )

    id: Mapped[Id]
    allotment_id: Mapped[UUID] = mapped_column(ForeignKey("allotments.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[InventoryEventKind] = mapped_column(enum_type(InventoryEventKind))
    allocated_change: Mapped[int] = mapped_column(default=0)
    held_change: Mapped[int] = mapped_column(default=0)
    sold_change: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int]
    held: Mapped[int]
    sold: Mapped[int]
    is_closed: Mapped[bool]
    reservation_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]

    allotment: Mapped[Allotment] = relationship(lazy="raise")
