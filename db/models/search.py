"""What packages are found by, and the words they are found with."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from db.models.packages import Package
from db.models.partners import Partner
from db.types import Base, enum_type
from domain.environments import Environment


class PackageSearch(Base):
    """A package as search sees it: written anew whenever the package or its partner changed, and by the hour.

    `document` has the words of all five languages, each stemmed as its own language does; it is no attribute of the
    row, so no hit carries it. What is asked for (`score`, `asked_date`, …) is told by `queries.search`.
    """

    __tablename__ = "package_search"
    __table_args__ = (
        Column("document", TSVECTOR, nullable=False),
        CheckConstraint("popularity BETWEEN 0 AND 150", name="popularity"),
        CheckConstraint("from_minor >= 0", name="from_minor"),
        Index("ix_package_search_document", "document", postgresql_using="gin"),
        Index("ix_package_search_rank", "environment", "rank", "package_id", postgresql_where="is_listed"),
        Index(
            "ix_package_search_newest",
            "environment",
            "published_at",
            "package_id",
            postgresql_where="is_listed",
        ),
        Index(
            "ix_package_search_price",
            "environment",
            "currency",
            "from_minor",
            "package_id",
            postgresql_where="is_listed AND from_minor IS NOT NULL",
        ),
        Index("ix_package_search_facets", "regions", "kinds", "languages", postgresql_using="gin"),
        Index("ix_package_search_stale", "indexed_at", postgresql_where="is_stale"),
        Index("ix_package_search_indexed_at", "indexed_at"),
    )
    __mapper_args__ = {"exclude_properties": ["document"]}  # noqa: RUF012 - SQLAlchemy's own protocol

    package_id: Mapped[UUID] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    environment: Mapped[Environment] = mapped_column(enum_type(Environment, 4))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    sku: Mapped[str] = mapped_column(String(64))
    names: Mapped[dict[str, Any]]
    partner_name: Mapped[str] = mapped_column(String(200))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
    regions: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(35)))
    currency: Mapped[str] = mapped_column(String(3))
    from_minor: Mapped[int | None] = mapped_column(BigInteger)
    """The lowest price of an adult on one of the days to come."""
    time_zone: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    is_bundle: Mapped[bool]
    sold_from: Mapped[dt.date | None]
    sold_until: Mapped[dt.date | None]
    is_listed: Mapped[bool]
    is_verified: Mapped[bool]
    popularity: Mapped[int]
    rank: Mapped[int]
    """What it is worth whatever is asked: the points of `is_verified` and `popularity`."""
    published_at: Mapped[int] = mapped_column(BigInteger)
    """Milliseconds of the epoch: a cursor holds it exactly."""
    indexed_at: Mapped[dt.datetime]
    is_stale: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The package or its partner changed since."""

    score: Mapped[int | None] = query_expression()
    text_points: Mapped[int | None] = query_expression()
    availability_points: Mapped[int | None] = query_expression()
    price_points: Mapped[int | None] = query_expression()
    asked_date: Mapped[dt.date | None] = query_expression()
    """The first of the days asked about."""
    adults: Mapped[int | None] = query_expression()
    children: Mapped[int | None] = query_expression()
    elderly: Mapped[int | None] = query_expression()
    sponsorship_id: Mapped[str | None] = query_expression()
    """What placed it there, as text; None for a hit that stands there by itself."""
    visitor: Mapped[str | None] = query_expression()
    """What stands for whoever looks, as far as that is known."""

    package: Mapped[Package] = relationship(lazy="raise", viewonly=True)
    partner: Mapped[Partner] = relationship(lazy="raise", viewonly=True)


class SearchWord(Base):
    """A word that stands in a name, a place or an item, with its pieces: what a misspelt one may have meant."""

    __tablename__ = "search_words"
    __table_args__ = (Index("ix_search_words_ngrams", "ngrams", postgresql_using="gin"),)

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    ngrams: Mapped[list[str]] = mapped_column(ARRAY(String(3)))
