"""Packages with their items and price tables."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.environments import Environment
from domain.packages import ItemKind
from domain.pricing import RuleEffect

if TYPE_CHECKING:
    from db.models.inventory import Allotment


class Package(Base):
    """What is sold. `names` and labels are texts by BCP-47 locale."""

    __tablename__ = "packages"
    __table_args__ = (
        UniqueConstraint("environment", "sku"),
        CheckConstraint("NOT is_sandbox OR environment = 'TEST'", name="sandbox"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    sku: Mapped[str] = mapped_column(String(64))
    names: Mapped[dict[str, Any]]
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_sandbox: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Made for its partner to try an integration with: nobody else ever sees or sells it."""
    created_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(lazy="raise")
    items: Mapped[list["PackageItem"]] = relationship(lazy="raise", order_by="PackageItem.position")
    price_rules: Mapped[list["PriceRule"]] = relationship(lazy="raise", order_by="PriceRule.rank")
    allotments: Mapped[list["Allotment"]] = relationship(lazy="raise", order_by="Allotment.id", viewonly=True)


class PackageItem(Base):
    """One thing a unit of the package entitles to."""

    __tablename__ = "package_items"
    __table_args__ = (
        UniqueConstraint("package_id", "function_code"),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity"),
    )

    id: Mapped[Id]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    function_code: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]


class PriceRule(Base):
    """One row of a package's price table; see `domain.pricing`. Empty arrays mean "all"."""

    __tablename__ = "price_rules"
    __table_args__ = (
        UniqueConstraint("package_id", "rank"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="days"),
        CheckConstraint("effect <> 'SET' OR amount_minor >= 0", name="amount"),
    )

    id: Mapped[Id]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), index=True)
    rank: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    effect: Mapped[RuleEffect] = mapped_column(enum_type(RuleEffect))
    amount_minor: Mapped[int]
    customer_types: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_final: Mapped[bool] = mapped_column(default=False)
