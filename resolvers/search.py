"""Search and discover: open to everybody, guests too."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from dataloaders.search import rules_by_package
from db import models
from db.paging import Page, Window
from db.queries import search as queries
from db.queries import suggestions as suggestion_queries
from db.queries.texts import global_id, is_set, localized
from db.questions import Asked
from db.rows import Rows
from domain import interest, money, suggestions
from domain import search as rules
from domain.errors import InvalidInput, Refused
from domain.interest import Shown
from domain.money import Money
from domain.packages import ItemKind
from domain.pricing import PriceRule, day_of_sale
from domain.search import Contribution, Party, SearchSort, Terms
from domain.suggestions import Offered, PartyType, Reason
from permissions.visibility import visible_hits
from resolvers.context import Info
from services.ports import Guessed

Sort = Annotated[SearchSort, strawberry.argument(description="What the list is in the order of.")]
FirstDay = Annotated[dt.date | None, strawberry.argument(name="from")]
VISITOR_LENGTH = 200


@strawberry.input(description="Who travels; nobody named is one adult.")
class SearchPartyInput:
    adults: int = strawberry.field(default=0, description="How many adults travel.")
    children: int = strawberry.field(default=0, description="How many children travel.")
    elderly: int = strawberry.field(default=0, description="How many travel at the price of the elderly.")


@strawberry.input(description='What a price "from" is to lie between, for an adult.')
class PriceRangeInput:
    currency: str
    least: Decimal | None = None
    most: Decimal | None = None


@strawberry.input(description="What to look for; what is not given does not matter.")
class PackageSearchFilter:
    text: str | None = strawberry.field(
        default=None, description="Words in any of the five languages; slips of the pen are forgiven."
    )
    destination: str | None = strawberry.field(
        default=None, description="An ISO 3166 code, `IT` or `IT-25`, or words of a name or place."
    )
    from_: dt.date | None = strawberry.field(
        default=None,
        name="from",
        description="With `to`: only what has room for the party on one of the days.",
    )
    to: dt.date | None = strawberry.field(default=None, description="The last day, included.")
    party: SearchPartyInput | None = None
    price: PriceRangeInput | None = None
    kinds: list[ItemKind] | None = strawberry.field(
        default=None, description="Only what has items of all of these kinds."
    )
    language: str | None = strawberry.field(
        default=None, description="Only what is offered in it, BCP-47: `it`."
    )
    verified_only: bool = strawberry.field(default=False, description="Only of partners with the badge.")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how many hits have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class BundleSuggestion:
    """Packages that go well together, and why."""

    hits: list[models.PackageSearch]
    score: int
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is of all that matches."""

    kinds: list[FacetValue]
    regions: list[FacetValue]
    languages: list[FacetValue]
    verified: list[FacetValue]
    currencies: list[FacetValue]


async def search_packages(
    info: Info,
    *,
    filter: PackageSearchFilter | None = None,
    sort: Sort = SearchSort.RELEVANCE,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PackageSearch]]:
    """Packages anybody may buy, best first. By relevance the best 1,000 are listed; by price in one currency only."""
    await info.context.guard.guess(info.context.viewer, Guessed.SEARCH)
    terms = _terms(filter)
    if sort is SearchSort.PRICE and terms.currency is None:
        raise Refused(InvalidInput("sort", "by price needs the currency of a price range"))
    return queries.page_hits(
        visible=visible_hits(info.context.viewer),
        window=Window(first, after, last, before),
        sort=sort,
        terms=terms,
        now=info.context.now,
    )


def sponsored_packages(
    info: Info, *, filter: PackageSearchFilter | None = None, visitor: str | None = None
) -> Asked[Rows[models.PackageSearch]]:
    """At most two hits that somebody pays for and that match the filter too; to be shown as sponsored."""
    context = info.context
    return queries.sponsored_hits(
        visible=visible_hits(context.viewer),
        visitor=_visitor(info, visitor),
        now=context.now,
        terms=_terms(filter),
    )


async def search_facets(info: Info, *, filter: PackageSearchFilter | None = None) -> Facets:
    """How many of all that matches there are by kind, region, language, badge and currency; most first."""
    await info.context.guard.guess(info.context.viewer, Guessed.SEARCH)
    statement = queries.facet_counts(visible_hits(info.context.viewer), _terms(filter), info.context.now)
    found: dict[str, list[FacetValue]] = {}
    async with info.context.sessions.read() as session:
        for facet, value, number in await session.execute(statement):
            found.setdefault(facet, []).append(FacetValue(value, number))
    return Facets(
        kinds=found.get("kind", []),
        regions=found.get("region", []),
        languages=found.get("language", []),
        verified=found.get("verified", []),
        currencies=found.get("currency", []),
    )


def package_id(root: strawberry.Parent[models.PackageSearch]) -> str:
    """The package's id."""
    return global_id(models.Package, root.package_id)


def is_sponsored(root: strawberry.Parent[models.PackageSearch]) -> bool:
    """Somebody pays for its place: show it as "Sponsored"."""
    return is_set(root.sponsorship_id)


def token(root: strawberry.Parent[models.PackageSearch], info: Info) -> str:
    """Says that it was shown: hand it back with `recordInterest` when it is seen, and when it is opened. A day long."""
    context = info.context
    shown = Shown(
        environment=root.environment,
        package_id=root.package_id,
        sponsorship_id=UUID(root.sponsorship_id) if root.sponsorship_id else None,
        visitor=root.visitor or interest.NOBODY,
        answer=interest.answer_of(context.request_id),
        at=context.now,
    )
    return interest.token_of(shown, key=context.pepper)


def name(root: strawberry.Parent[models.PackageSearch], info: Info, locale: str | None = None) -> str:
    """The name in `locale`, else in the first language the caller accepts, else in English."""
    accepted = info.context.viewer.locales
    return localized(root.names, (locale, *accepted) if locale else accepted)


def contributions(root: strawberry.Parent[models.PackageSearch]) -> list[Contribution]:
    """Why it stands where it stands; the points together are the score."""
    return rules.contributions(
        {
            "TEXT": root.text_points or 0,
            "VERIFIED": rules.VERIFIED_POINTS if root.is_verified else 0,
            "POPULARITY": root.popularity,
            "AVAILABILITY": root.availability_points or 0,
            "PRICE": root.price_points or 0,
        }
    )


def price_from(root: strawberry.Parent[models.PackageSearch]) -> Money | None:
    """The lowest price of an adult on the 60 days to come."""
    return None if root.from_minor is None else Money(root.from_minor, root.currency)


async def price(root: strawberry.Parent[models.PackageSearch], info: Info) -> Money | None:
    """What the party pays on the first day asked about, else today, before discounts; null where it has no price."""
    context = info.context
    table: list[PriceRule] = await context.loaders.value(rules_by_package, root.package_id)
    day = day_of_sale(visit_on=root.asked_date, now=context.now, time_zone=root.time_zone)
    party = Party(root.adults or 0, root.children or 0, root.elderly or 0)
    minor = rules.price_of_party(table, party, day)
    return None if minor is None else Money(minor, root.currency)


async def suggest_bundles(
    info: Info,
    *,
    destination: str,
    from_: FirstDay = None,
    to: dt.date | None = None,
    party: SearchPartyInput | None = None,
    first: int = 5,
) -> list[BundleSuggestion]:
    """Packages that go well together at a destination, for a party and a time of the year, each with its reasons.

    At most 10, the best first; none where nothing is offered.
    """
    await info.context.guard.guess(info.context.viewer, Guessed.SEARCH)
    if not 1 <= first <= suggestions.MOST_SUGGESTIONS:
        raise Refused(InvalidInput("first", f"must be from 1 to {suggestions.MOST_SUGGESTIONS}"))
    asked = party or SearchPartyInput()
    terms = _terms(PackageSearchFilter(destination=destination, from_=from_, to=to, party=asked))
    sought = queries.best_ranked(visible=visible_hits(info.context.viewer), terms=terms, now=info.context.now)
    async with info.context.sessions.read() as session:
        hits = {str(each.package_id): each for each in await session.scalars(sought.statement)}
        ids = [each.package_id for each in hits.values()]
        trips = await suggestion_queries.trips_of(session, ids)
        pairs = await suggestion_queries.pairs_of(session, ids)
    offered = [_offered(key, hit, trips) for key, hit in hits.items()]
    together = {frozenset((str(each.package_id), str(each.other_id))): each.bookings for each in pairs}
    found = suggestions.suggest(
        [suggestions.candidate_of(each) for each in suggestions.bundles(offered, together)],
        suggestions.evidence_of(offered, together),
        party=suggestions.party_type(terms.adults, terms.children, terms.elderly),
        month=None if terms.first is None else terms.first.month,
        coefficients=suggestions.learned(),
        most=first,
    )
    return [
        BundleSuggestion([hits[key] for key in each.candidate.members], each.score, list(each.reasons))
        for each in found
    ]


def _offered(key: str, hit: models.PackageSearch, trips: Sequence[models.PackageTrips]) -> Offered:
    by_party: dict[PartyType, float] = {}
    by_month: dict[int, float] = {}
    for each in trips:
        if each.package_id == hit.package_id:
            by_party[each.party] = by_party.get(each.party, 0.0) + each.bookings
            by_month[each.month] = by_month.get(each.month, 0.0) + each.bookings
    price = None if hit.from_minor is None else float(hit.from_minor)
    return Offered(key, frozenset(hit.kinds), hit.currency, price, by_party, by_month)


def _terms(filter: PackageSearchFilter | None) -> Terms:
    asked = filter or PackageSearchFilter()
    party = asked.party or SearchPartyInput()
    return rules.terms(
        text=asked.text,
        destination=asked.destination,
        first=asked.from_,
        last=asked.to,
        party=Party(party.adults, party.children, party.elderly),
        price=None if asked.price is None else _price(asked.price),
        kinds=asked.kinds or (),
        language=asked.language,
        is_verified_only=asked.verified_only,
    )


def _price(asked: PriceRangeInput) -> tuple[str, int, int]:
    if asked.currency not in money.EXPONENTS:
        raise Refused(InvalidInput("price", "needs a currency of ISO 4217"))
    least = money.from_amount(asked.least or Decimal(0), asked.currency)
    most = None if asked.most is None else money.from_amount(asked.most, asked.currency)
    if least is None or (asked.most is not None and most is None):
        raise Refused(InvalidInput("price", f"must be amounts in {asked.currency}"))
    largest = rules.MOST_MINOR if most is None else most.minor
    if not 0 <= least.minor <= largest:
        raise Refused(InvalidInput("price", "must be from nothing up, `least` before `most`"))
    return asked.currency, least.minor, largest


def _visitor(info: Info, visitor: str | None) -> str | None:
    """Return what stands for whoever looks; None for a guest who does not say who it is."""
    context = info.context
    if not context.viewer.is_anonymous:
        return interest.visitor_of(context.viewer.id, key=context.pepper)
    if visitor is None:
        return None
    if not 1 <= len(visitor) <= VISITOR_LENGTH:
        raise Refused(InvalidInput("visitor", f"must have 1 to {VISITOR_LENGTH} characters"))
    return interest.visitor_of(f"guest:{visitor}", key=context.pepper)
