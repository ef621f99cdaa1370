"""Search and discover."""

import strawberry

from db import models
from domain import search, suggestions
from domain.packages import ItemKind
from domain.suggestions import Signal
from resolvers import search as resolve
from schema.connections import Connection
from schema.money import CurrencyCode, Money
from schema.packages import Package
from schema.partners import Partner
from schema.sources import attribute, passed_by, related, represents, resolved_by


@strawberry.type(description="What one reason adds to a hit's score.")
class SearchContribution:
    is_type_of = represents(search.Contribution)

    code: str = strawberry.field(description="TEXT, VERIFIED, POPULARITY, AVAILABILITY or PRICE.")
    points: int
    reason: str = strawberry.field(description="The same in words, in English.")


@strawberry.type(description="A package that was found, and why it stands where it stands.")
class PackageHit:
    is_type_of = represents(models.PackageSearch)

    package_id: strawberry.ID = passed_by(resolve.package_id, description="Of the package.")
    product_id: str = attribute("sku")
    name: str = resolved_by(resolve.name)
    partner_name: str
    is_verified: bool = strawberry.field(description='Show it with the badge "Partner Verified".')
    is_sponsored: bool = passed_by(resolve.is_sponsored)
    kinds: list[ItemKind]
    regions: list[str] = strawberry.field(description="ISO 3166 codes, countries among them.")
    languages: list[str]
    currency: CurrencyCode
    price_from: Money | None = resolved_by(resolve.price_from)
    price: Money | None = resolved_by(resolve.price)
    score: int = strawberry.field(description="The sum of the contributions; sponsorship adds nothing.")
    contributions: list[SearchContribution] = resolved_by(resolve.contributions)
    token: str = resolved_by(resolve.token)
    package: Package | None = related(
        models.PackageSearch.package, description="Null for callers who may not read the catalog."
    )
    partner: Partner | None = related(models.PackageSearch.partner)


@strawberry.type(description="A value and how many hits have it.")
class FacetValue:
    is_type_of = represents(resolve.FacetValue)

    value: str
    count: int


@strawberry.type(description="What there is of all that matches; most first.")
class SearchFacets:
    is_type_of = represents(resolve.Facets)

    kinds: list[FacetValue]
    regions: list[FacetValue]
    languages: list[FacetValue]
    verified: list[FacetValue] = strawberry.field(description="`true` for partners with the badge.")
    currencies: list[FacetValue]


@strawberry.type(description="What one signal adds to a suggestion's score.")
class SuggestionReason:
    is_type_of = represents(suggestions.Reason)

    signal: Signal
    points: int
    text: str = strawberry.field(description="The same in words, in English.")


@strawberry.type(description="Packages that go well together.")
class BundleSuggestion:
    is_type_of = represents(resolve.BundleSuggestion)

    hits: list[PackageHit]
    score: int = strawberry.field(description="The sum of the reasons; of use beside other suggestions only.")
    reasons: list[SuggestionReason]


@strawberry.type
class SearchQuery:
    suggest_bundles: list[BundleSuggestion] = resolved_by(resolve.suggest_bundles)
    search_packages: Connection[PackageHit] = resolved_by(resolve.search_packages)
    sponsored_packages: list[PackageHit] = resolved_by(resolve.sponsored_packages)
    search_facets: SearchFacets = resolved_by(resolve.search_facets)
