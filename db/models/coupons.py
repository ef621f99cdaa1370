"""Coupons, and the orders they were used for."""

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
    Uuid,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from db.models.partners import Partner
from db.types import HOT, Base, Id, enum_type
from domain.coupons import CouponKind, CouponScope, CouponStatus, RedemptionStatus
from domain.environments import Environment


class Coupon(Base):
    """A code that takes something off an order. Without a partner it is the platform's.

    `counted` are its uses and those that were released since the last one: a release takes no lock on the coupon, and is
    taken off by the next use (db/functions/v16/coupons.sql).
    """

    __tablename__ = "coupons"
    __table_args__ = (
        UniqueConstraint("environment", "code"),
        CheckConstraint("(kind = 'PERCENT') = (percent_bps IS NOT NULL)", name="percent_bps"),
        CheckConstraint("(kind = 'AMOUNT') = (amount_minor IS NOT NULL)", name="amount_minor"),
        CheckConstraint("percent_bps BETWEEN 1 AND 10000", name="percent_bps_range"),
        CheckConstraint("amount_minor > 0", name="amount_minor_range"),
        CheckConstraint("minimum_minor >= 0", name="minimum_minor"),
        CheckConstraint(
            "currency IS NOT NULL OR (amount_minor IS NULL AND minimum_minor = 0)", name="currency"
        ),
        CheckConstraint("valid_until > valid_from", name="valid_until"),
        CheckConstraint("usage_limit > 0 AND customer_limit > 0", name="limits"),
        CheckConstraint("counted >= 0", name="counted"),
        Index("ix_coupons_partner", "partner_id", "environment", "id"),
        HOT,
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    code: Mapped[str] = mapped_column(String(32))
    description: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[CouponKind] = mapped_column(enum_type(CouponKind, 16))
    percent_bps: Mapped[int | None]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    scope: Mapped[CouponScope] = mapped_column(enum_type(CouponScope, 16))
    package_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list, server_default="{}")
    minimum_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    is_combinable: Mapped[bool]
    valid_from: Mapped[dt.datetime]
    valid_until: Mapped[dt.datetime | None]
    usage_limit: Mapped[int | None]
    customer_limit: Mapped[int | None]
    counted: Mapped[int] = mapped_column(default=0)
    status: Mapped[CouponStatus] = mapped_column(enum_type(CouponStatus, 16))
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]

    released: Mapped[int | None] = query_expression()
    """Uses that `counted` has still in it; told by `queries.computed`."""

    partner: Mapped[Partner | None] = relationship(lazy="raise")

    @hybrid_property
    def use_count(self) -> int:
        """Orders that hold it or were paid with it."""
        return self.counted - (self.released or 0)

    @use_count.inplace.expression
    @classmethod
    def _use_count(cls) -> ColumnElement[int]:
        return cls.counted - func.coalesce(cls.released, literal(0))


class CouponRedemption(Base):
    """One order's use of a coupon. Personal data: the keyed hash of the customer's address.

    `slot` numbers the uses of one customer where these are limited: two can not have the same one at once.
    """

    __tablename__ = "coupon_redemptions"
    __table_args__ = (
        Index(
            "uq_coupon_redemptions_reservation",
            "reservation_id",
            unique=True,
            postgresql_where="status <> 'RELEASED'",
        ),
        Index(
            "uq_coupon_redemptions_slot",
            "coupon_id",
            "customer_hash",
            "slot",
            unique=True,
            postgresql_where="status <> 'RELEASED'",
        ),
        Index(
            "ix_coupon_redemptions_released",
            "coupon_id",
            postgresql_where="status = 'RELEASED' AND is_counted",
        ),
        Index("ix_coupon_redemptions_coupon", "coupon_id", "id"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("slot > 0", name="slot"),
        CheckConstraint("(status = 'RELEASED') = (released_at IS NOT NULL)", name="released_at"),
        CheckConstraint("status = 'RELEASED' OR is_counted", name="is_counted"),
    )

    id: Mapped[Id]
    coupon_id: Mapped[UUID] = mapped_column(ForeignKey("coupons.id"))
    reservation_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.id"))
    customer_hash: Mapped[bytes]
    slot: Mapped[int | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[RedemptionStatus] = mapped_column(enum_type(RedemptionStatus, 16))
    is_counted: Mapped[bool] = mapped_column(default=True)
    """It is in its coupon's `counted`."""
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]

    coupon: Mapped[Coupon] = relationship(lazy="raise")
