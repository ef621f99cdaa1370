"""Questions of search: what is found, in which order, and what there is of what was found."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from db import models
from db.paging import Keyset, Page, Reckoned, Window
from db.questions import question
from db.rows import Computed, Rows, Visible
from domain import search
from domain.inventory import Channel
from domain.search import SearchSort, Terms
from domain.sponsorships import MOST_PLACES, SponsorshipStatus
from domain.suggestions import MOST_CANDIDATES

HIT = models.PackageSearch
TABLE: Any = HIT.__table__
DOCUMENT: ColumnElement[Any] = TABLE.c.document
NOTHING: ColumnElement[int] = literal_column("0", Integer)
NEWEST = Keyset((HIT.published_at, HIT.package_id), is_descending=True)
CHEAPEST = Keyset((HIT.from_minor, HIT.package_id))
WEIGHTS: ColumnElement[Any] = literal_column("'{0.1,0.3,0.6,1.0}'::float4[]")
COVERED = (("{a}", 400), ("{a,b}", 300), ("{a,b,c}", 200))
"""Labels that are enough to find all the words -> points; the description too: 100."""
LEAST_COVERED, MOST_OF_RANK = 100, 100


@question
def page_hits(
    *, visible: Visible, window: Window, sort: SearchSort, terms: Terms, now: dt.datetime
) -> Page[models.PackageSearch]:
    """Describe hits. By relevance the best MOST_CANDIDATES by words and rank are weighed, and listed, only."""
    if sort is not SearchSort.RELEVANCE:
        statement, points = _matching(select(HIT), visible, terms, now)
        if sort is SearchSort.PRICE:
            statement = statement.where(HIT.from_minor.is_not(None))
        keyset = NEWEST if sort is SearchSort.NEWEST else CHEAPEST
        return Page(statement, keyset, window, computed={**_with_score(points), **_asking(terms)})
    scored = _scored(visible, terms, now)
    score = Reckoned("score", Integer(), scored.c.score)
    statement = select(HIT).join(scored, scored.c.package_id == HIT.package_id)
    computed = {name: scored.c[name] for name in ("score", *POINTS)}
    return Page(
        statement,
        Keyset((score, HIT.package_id), is_descending=True),
        window,
        computed={**computed, **_asking(terms)},
    )


@question
def sponsored_hits(
    *, visible: Visible, visitor: str | None, now: dt.datetime, terms: Terms
) -> Rows[models.PackageSearch]:
    """Describe at most MOST_PLACES hits somebody pays for, which match all that was asked for too.

    Whose budget of the day is least used comes first. Nobody sees one more often a day than it may be seen.
    """
    paid, sight = models.Sponsorship, models.SponsorshipSight
    day = cast(func.timezone("UTC", now), Date)
    spent = case((paid.spent_on == day, paid.spent_minor), else_=NOTHING)
    statement, points = _matching(select(HIT), visible, terms, now)
    statement = statement.join(paid, paid.package_id == HIT.package_id).where(
        paid.status == SponsorshipStatus.ACTIVE,
        paid.starts_on <= day,
        or_(paid.ends_on.is_(None), paid.ends_on >= day),
        spent + paid.price_minor <= paid.daily_budget_minor,
    )
    if visitor is not None:
        seen = exists().where(
            sight.sponsorship_id == paid.id,
            sight.visitor == visitor,
            sight.seen_on == day,
            sight.views >= paid.daily_cap,
        )
        statement = statement.where(~seen)
    statement = statement.order_by(spent * 1_000 / paid.daily_budget_minor, paid.id).limit(MOST_PLACES)
    return Rows(
        statement,
        computed={
            **_with_score(points),
            **_asking(terms),
            "sponsorship_id": cast(paid.id, Text),
            "visitor": cast(visitor, Text),
        },
    )


@question
def best_ranked(*, visible: Visible, terms: Terms, now: dt.datetime) -> Rows[models.PackageSearch]:
    """Describe the best ranked of all that matches, whatever the words: what bundles are made of."""
    statement, points = _matching(select(HIT), visible, terms, now)
    statement = statement.order_by(HIT.rank.desc(), HIT.package_id.desc()).limit(MOST_CANDIDATES)
    return Rows(statement, computed={**_with_score(points), **_asking(terms)})


def facet_counts(visible: Visible, terms: Terms, now: dt.datetime) -> Select[Any]:
    """Select how many of all that matches there are by facet and value: (facet, value, number), most first."""
    columns: Any = select(HIT.kinds, HIT.regions, HIT.languages, HIT.is_verified, HIT.currency)
    matching = _matching(columns, visible, terms, now)[0].cte("matching").prefix_with("MATERIALIZED")
    parts = [
        select(
            literal_column(f"'{name}'", Text).label("facet"), value.label("value"), func.count().label("n")
        )
        .select_from(matching)
        .group_by(literal_column("2"))
        for name, value in (
            ("kind", func.unnest(matching.c.kinds)),
            ("region", func.unnest(matching.c.regions)),
            ("language", func.unnest(matching.c.languages)),
            ("verified", cast(matching.c.is_verified, Text)),
            ("currency", matching.c.currency),
        )
    ]
    together = parts[0].union_all(*parts[1:]).subquery()
    return select(together.c.facet, together.c.value, together.c.n).order_by(
        together.c.facet, together.c.n.desc(), together.c.value
    )


POINTS = ("text_points", "availability_points", "price_points")


def _scored(visible: Visible, terms: Terms, now: dt.datetime) -> FromClause:
    """Return the candidates with their points: (package_id, score, and each of POINTS)."""
    columns: Any = select(HIT.package_id, HIT.rank, HIT.from_minor)
    statement, points = _matching(columns, visible, terms, now)
    # Nothing is added where there are no words, so that the index has the order.
    best = HIT.rank.desc() if terms.tokens is None else (points["text_points"] + HIT.rank).desc()
    candidates = (
        statement.add_columns(points["text_points"].label("text_points"))
        .order_by(best, HIT.package_id.desc())
        .limit(literal_column(str(search.MOST_CANDIDATES)))
        .subquery("candidates")
    )
    row = candidates.c
    availability = _availability_points(row.package_id, terms).label("availability_points")
    price = _price_points(row.from_minor, terms).label("price_points")
    weighed = (
        select(row.package_id, row.rank, row.text_points, availability, price)
        .offset(literal_column("0"))
        .subquery("weighed")
    )
    score = weighed.c.rank + weighed.c.text_points + weighed.c.availability_points + weighed.c.price_points
    return select(
        weighed.c.package_id, cast(score, Integer).label("score"), *(weighed.c[each] for each in POINTS)
    ).subquery("scored")


def _matching(
    statement: Select[Any], visible: Visible, terms: Terms, now: dt.datetime
) -> tuple[Select[Any], dict[str, ColumnElement[Any]]]:
    """Return the statement of what matches, and its points by POINTS."""
    statement = statement.where(visible, HIT.is_listed)
    asked = _asked(terms)
    if asked is not None:
        statement = statement.join(asked, true())
        statement = statement.where(*(DOCUMENT.op("@@", is_comparison=True)(each) for each in asked.c))
    if terms.currency is not None:
        statement = statement.where(
            HIT.currency == terms.currency, HIT.from_minor.between(terms.least_minor, terms.most_minor)
        )
    if terms.has_facets:
        statement = statement.where(
            HIT.regions.contains(cast(terms.regions, HIT.regions.type)),
            HIT.kinds.contains(cast(terms.kinds, HIT.kinds.type)),
            HIT.languages.contains(cast(terms.languages, HIT.languages.type)),
            cast(HIT.is_verified, Integer) >= cast(terms.verified, Integer),
        )
    if terms.first is not None:
        first, last = cast(terms.first, Date), cast(terms.last, Date)
        statement = statement.where(
            or_(HIT.sold_from.is_(None), HIT.sold_from <= last),
            or_(HIT.sold_until.is_(None), HIT.sold_until >= first),
            case(
                (HIT.is_bundle, _bundle_has_room(terms, now)),
                else_=exists().where(_has_room(HIT.package_id, terms)),
            ),
        )
    points = {
        "text_points": NOTHING if terms.tokens is None or asked is None else _text_points(asked.c.text),
        "availability_points": _availability_points(HIT.package_id, terms),
        "price_points": _price_points(HIT.from_minor, terms),
    }
    return statement, points


def _asked(terms: Terms) -> FromClause | None:
    """Return the questions of words as a table of one row; None where no words were asked for."""
    given = []
    if terms.tokens is not None:
        given.append(_query(terms.tokens, terms.owners, terms.pieces, "ABCD").label("text"))
    if terms.place_tokens is not None:
        given.append(_query(terms.place_tokens, terms.place_owners, terms.place_pieces, "AB").label("place"))
    # OFFSET: it is reckoned once, not wherever it is used.
    return select(*given).offset(literal_column("0")).subquery("asked") if given else None


def _query(tokens: Any, owners: Any, pieces: Any, labels: str) -> ColumnElement[Any]:
    texts = ARRAY(Text())
    asked = func.search_query(
        cast(tokens, texts), cast(owners, texts), cast(pieces, texts), literal_column(f"'{labels}'", Text)
    )
    return type_coerce(asked, TSQUERY())


def _text_points(query: ColumnElement[Any]) -> ColumnElement[int]:
    """Points for where the words stand, and for how often and close together."""
    covered = [
        (
            func.ts_filter(DOCUMENT, literal_column(f"'{labels}'::\"char\"[]")).op("@@")(query),
            literal_column(str(points), Integer),
        )
        for labels, points in COVERED
    ]
    rank = func.least(func.ts_rank(WEIGHTS, DOCUMENT, query) * MOST_OF_RANK, MOST_OF_RANK)
    return case(*covered, else_=literal_column(str(LEAST_COVERED), Integer)) + cast(rank, Integer)


def _has_room(package_id: Any, terms: Terms) -> ColumnElement[bool]:
    """Tell that a pool has room for the party on one of the days. Holds that ran out count until they are released."""
    pool = models.Allotment
    return and_(
        pool.package_id == package_id,
        pool.channel == Channel.DIRECT,
        pool.reseller_id.is_(None),
        ~pool.is_closed,
        or_(pool.date.is_(None), pool.date.between(cast(terms.first, Date), cast(terms.last, Date))),
        pool.allocated - pool.held - pool.sold >= cast(terms.units, Integer),
    )


def _bundle_has_room(terms: Terms, now: dt.datetime) -> ColumnElement[bool]:
    """Tell that the pools of all of a bundle's parts have room for the party on one of the days."""
    days = func.generate_series(
        cast(terms.first, Date), cast(terms.last, Date), literal_column("interval '1 day'")
    )
    day = days.column_valued("asked_day")
    left = func.units_left(HIT.package_id, HIT.version, Channel.DIRECT.value, cast(day, Date), null(), now)
    fits: Any = select(literal_column("1")).where(left >= cast(terms.units, Integer))
    return exists(fits.correlate(TABLE))


def _availability_points(package_id: Any, terms: Terms) -> ColumnElement[int]:
    """The most that is free of a pool on one of the days, as a share of it."""
    if terms.first is None:
        return NOTHING
    pool = models.Allotment
    free = cast(pool.allocated - pool.held - pool.sold, BigInteger) * search.AVAILABILITY_POINTS
    share = select(func.max(free / func.greatest(pool.allocated, 1))).where(_has_room(package_id, terms))
    return cast(func.coalesce(share.correlate(*_tables(package_id)).scalar_subquery(), 0), Integer)


def _price_points(from_minor: Any, terms: Terms) -> ColumnElement[int]:
    """How far the price lies below the most that was asked for, as a share of it; nothing where there is no most."""
    if terms.currency is None:
        return NOTHING
    most = cast(terms.most_minor, BigInteger)
    points = cast((most - from_minor) * search.PRICE_POINTS / func.greatest(most, 1), Integer)
    return case((most < search.MOST_MINOR, points), else_=NOTHING)


def _with_score(points: dict[str, ColumnElement[Any]]) -> Computed:
    text, availability, price = (points[each] for each in POINTS)
    return {**points, "score": cast(HIT.rank + text + availability + price, Integer)}


def _asking(terms: Terms) -> Computed:
    """Return what a hit carries of what was asked, so that it can be priced."""
    return {
        "asked_date": cast(terms.first, Date),
        "adults": cast(terms.adults, Integer),
        "children": cast(terms.children, Integer),
        "elderly": cast(terms.elderly, Integer),
        "sponsorship_id": cast(null(), Text),
        "visitor": cast(null(), Text),
    }


def _tables(column: Any) -> list[Any]:
    return [TABLE] if column is HIT.package_id else [column.table]
