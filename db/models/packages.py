"""Packages: what is sold, version by version; the items and price table of each."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from db.models.partners import Partner
from db.types import Base, Id, enum_type
from domain.cancellation import NON_REFUNDABLE, policy_as_kept
from domain.discounts import discounts_as_kept
from domain.environments import Environment
from domain.packages import ConsentStatus, ItemKind, PackageStatus
from domain.pricing import RuleEffect

if TYPE_CHECKING:
    from db.models.inventory import Allotment
    from db.models.uploads import Upload

NO_DISCOUNTS = text("""'{"schema": 1, "rules": []}'""")
NOTHING_BACK = text("""'{"schema": 1, "tiers": []}'""")


class PackageContent:
    """What a version says, whoever asks. `names` and `descriptions` are texts by BCP-47 locale."""

    names: Mapped[dict[str, Any]]
    descriptions: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    regions: Mapped[list[str]] = mapped_column(ARRAY(String(6)), default=list, server_default="{}")
    """Where it takes place: ISO 3166."""
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)), default=list, server_default="{}")
    """In which it is given: BCP-47."""
    is_dated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Sold for a day; else open."""
    sold_from: Mapped[date | None]
    sold_until: Mapped[date | None]
    """The last day of a visit, included."""
    discount_rules: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: discounts_as_kept(()), server_default=NO_DISCOUNTS
    )
    """As `domain.discounts` keeps them."""
    cancellation_policy: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: policy_as_kept(NON_REFUNDABLE), server_default=NOTHING_BACK
    )
    """As `domain.cancellation` keeps it."""
    is_bundle: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Some of its items draw from the pools of other packages."""


class Package(PackageContent, Base):
    """What is sold. Its content is that of the version sold now; before the first publication, that of the draft.

    `sequence` counts its changes: drafts, publications, consents.
    """

    __tablename__ = "packages"
    __table_args__ = (
        UniqueConstraint("environment", "sku"),
        CheckConstraint("NOT is_sandbox OR environment = 'TEST'", name="sandbox"),
        CheckConstraint("(status = 'DRAFT') = (version = 0)", name="version"),
        CheckConstraint("sold_from <= sold_until", name="days"),
    )

    id: Mapped[Id]
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    sku: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_sandbox: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Made for its partner to try an integration with: nobody else ever sees or sells it."""
    status: Mapped[PackageStatus] = mapped_column(
        enum_type(PackageStatus, 16),
        default=PackageStatus.PUBLISHED,
        server_default=PackageStatus.PUBLISHED,
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """The number of the version sold; 0 before there is one."""
    sequence: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1")
    created_at: Mapped[datetime]

    units_left: Mapped[int | None] = query_expression()
    """How many can be sold on the channel and for the day asked about; told by `queries.packages`."""

    partner: Mapped[Partner] = relationship(lazy="raise")
    items: Mapped[list["PackageItem"]] = relationship(
        lazy="raise",
        order_by="PackageItem.position",
        viewonly=True,
        primaryjoin="and_(foreign(PackageItem.package_id) == Package.id,"
        " foreign(PackageItem.version) == Package.version)",
    )
    price_rules: Mapped[list["PriceRule"]] = relationship(
        lazy="raise",
        order_by="PriceRule.rank",
        viewonly=True,
        primaryjoin="and_(foreign(PriceRule.package_id) == Package.id,"
        " foreign(PriceRule.version) == Package.version)",
    )
    images: Mapped[list["PackageImage"]] = relationship(
        lazy="raise",
        order_by="PackageImage.position",
        viewonly=True,
        primaryjoin="and_(foreign(PackageImage.package_id) == Package.id,"
        " foreign(PackageImage.version) == Package.version)",
    )
    allotments: Mapped[list["Allotment"]] = relationship(lazy="raise", order_by="Allotment.id", viewonly=True)


class PackageVersion(PackageContent, Base):
    """What a package is from one publication to the next; the one that nobody published yet is the draft.

    Once published it never changes, nor do its items, price rules and images: the database refuses it.
    """

    __tablename__ = "package_versions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("sold_from <= sold_until", name="days"),
        Index(
            "uq_package_versions_draft", "package_id", unique=True, postgresql_where="published_at IS NULL"
        ),
    )

    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(64))
    """None for one that was sold before there were versions, or was made and sold at once."""

    package: Mapped[Package] = relationship(lazy="raise", viewonly=True)
    items: Mapped[list["PackageItem"]] = relationship(
        lazy="raise", order_by="PackageItem.position", viewonly=True
    )
    price_rules: Mapped[list["PriceRule"]] = relationship(
        lazy="raise", order_by="PriceRule.rank", viewonly=True
    )
    images: Mapped[list["PackageImage"]] = relationship(
        lazy="raise", order_by="PackageImage.position", viewonly=True
    )


class PackageItem(Base):
    """One thing a unit of the package entitles to.

    With a component, a unit takes `quantity` units from that package's pools.
    """

    __tablename__ = "package_items"
    __table_args__ = (
        ForeignKeyConstraint(
            ["package_id", "version"], ["package_versions.package_id", "package_versions.number"]
        ),
        UniqueConstraint("package_id", "version", "function_code"),
        CheckConstraint("quantity BETWEEN 1 AND 1000", name="quantity"),
        CheckConstraint("share_weight >= 0", name="share_weight"),
        CheckConstraint("component_id <> package_id", name="component"),
    )

    id: Mapped[Id]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    function_code: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("partners.id"))
    """Whose part of the price it is; None for the package's own partner."""
    share_weight: Mapped[int] = mapped_column(default=1, server_default="1")
    """The item's part of the price is in proportion to it."""
    component_id: Mapped[UUID | None] = mapped_column(ForeignKey("packages.id"), index=True)

    supplier: Mapped[Partner | None] = relationship(lazy="raise", viewonly=True)
    component: Mapped[Package | None] = relationship(
        lazy="raise", viewonly=True, foreign_keys="PackageItem.component_id"
    )


class PackageImage(Base):
    """A picture of a version, in its place."""

    __tablename__ = "package_images"
    __table_args__ = (
        ForeignKeyConstraint(
            ["package_id", "version"], ["package_versions.package_id", "package_versions.number"]
        ),
    )

    package_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), index=True)

    upload: Mapped["Upload"] = relationship(lazy="raise", viewonly=True)


class PackageConsent(Base):
    """Whether another partner lets a version of a package sell what is its own, for its part of the price."""

    __tablename__ = "package_consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["package_id", "version"], ["package_versions.package_id", "package_versions.number"]
        ),
        UniqueConstraint("package_id", "version", "partner_id"),
        CheckConstraint("(status = 'REQUESTED') = (answered_at IS NULL)", name="answered_at"),
    )

    id: Mapped[Id]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"))
    version: Mapped[int]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    items: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    """What is sold of its own: `BOARDING x2`."""
    share_weight: Mapped[int]
    total_weight: Mapped[int]
    status: Mapped[ConsentStatus] = mapped_column(enum_type(ConsentStatus, 16))
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))

    package: Mapped[Package] = relationship(lazy="raise", viewonly=True)
    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)


class PriceRule(Base):
    """One row of a package's price table; see `domain.pricing`. Empty arrays mean "all"."""

    __tablename__ = "price_rules"
    __table_args__ = (
        ForeignKeyConstraint(
            ["package_id", "version"], ["package_versions.package_id", "package_versions.number"]
        ),
        UniqueConstraint("package_id", "version", "rank"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="days"),
        CheckConstraint("effect <> 'SET' OR amount_minor >= 0", name="amount"),
    )

    id: Mapped[Id]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
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
