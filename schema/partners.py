"""Partners as the graph shows them."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db import models
from domain.partners import PartnerType, VerificationStatus
from permissions.viewer import Scope
from resolvers import affiliates as resolve_affiliates
from resolvers import booking_stats as resolve_booking_stats
from resolvers import coupons as resolve_coupons
from resolvers import packages as resolve_packages
from resolvers import partners as resolve
from resolvers import team as resolve_team
from resolvers import verification as resolve_verification
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import (
    Forbidden,
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    SlugTaken,
    StaleVersion,
    UploadNotReady,
)
from schema.sources import attribute, related, represents, resolved_by

if TYPE_CHECKING:
    from schema.affiliates import AffiliateLink
    from schema.coupons import Coupon
    from schema.introductions import IntroductionProfile
    from schema.ledger import LedgerAccount
    from schema.onboarding import OnboardingCase
    from schema.outcomes import BookingStats
    from schema.packages import Package
    from schema.payment_accounts import PaymentAccount
    from schema.team import Invitation, PartnerMember
    from schema.uploads import Upload
    from schema.verification import RequiredDocument, VerificationDecision


@strawberry.type(description="A text in one language.")
class LocalizedText:
    locale: str = resolved_by(resolve.text_locale)
    text: str = resolved_by(resolve.text_text)


def _own(name: str, description: str | None = None) -> Any:
    """Bind a field that the partner itself and the platform's staff see; others read it on receipts alone."""
    return attribute(name, scope=Scope.READ_PARTNER, owner="id", description=description)


@strawberry.type(description="An organization on the platform.")
class Partner(Node):
    is_type_of = represents(models.Partner)

    name: str
    type: PartnerType
    slug: str = strawberry.field(description="Its short name in urls and addresses.")
    country: str | None = strawberry.field(description="Where it is registered: ISO 3166-1 alpha-2.")
    locale: str = strawberry.field(description="The language it is written to in.")
    description: str = resolved_by(resolve.description)
    descriptions: list[LocalizedText] = resolved_by(resolve.descriptions)
    links: list[str]
    regions: list[str] = strawberry.field(description="The areas it serves: ISO 3166.")
    languages: list[str] = strawberry.field(description="The languages it speaks: BCP-47.")
    legal_name: str | None = _own("legal_name", "The company's; null where it is the name.")
    address_lines: list[str] = _own(
        "address_lines", "Street and number, and what else stands above the city."
    )
    postal_code: str | None = _own("postal_code")
    city: str | None = _own("city")
    tax_number: str | None = _own("tax_number", "As receipts and invoices say it.")
    is_verified: bool = resolved_by(resolve.is_verified)
    verification_status: VerificationStatus = attribute(
        "verification_status", scope=Scope.READ_PARTNER, owner="id"
    )
    required_documents: list[Annotated["RequiredDocument", strawberry.lazy("schema.verification")]] | None = (
        resolved_by(resolve_verification.required, scope=Scope.READ_PARTNER)
    )
    verification_history: list[Annotated["VerificationDecision", strawberry.lazy("schema.verification")]] = (
        related(
            models.Partner.verification_history,
            scope=Scope.READ_PARTNER,
            description="The steps of its verification, the first at the front.",
        )
    )
    logo: Annotated["Upload", strawberry.lazy("schema.uploads")] | None = related(
        models.Partner.logo, description="Its picture; everybody who sees the partner sees it."
    )
    version: int = strawberry.field(description="Counts the changes of the profile.")
    created_at: dt.datetime
    members: list[Annotated["PartnerMember", strawberry.lazy("schema.team")]] = related(
        models.Partner.members,
        scope=Scope.READ_PARTNER,
        description="The team, the longest there at the front.",
    )
    invitations: Connection[Annotated["Invitation", strawberry.lazy("schema.team")]] = resolved_by(
        resolve_team.invitations, scope=Scope.MANAGE_TEAM
    )
    packages: Connection[Annotated["Package", strawberry.lazy("schema.packages")]] = resolved_by(
        resolve_packages.of_partner
    )
    balances: list[Annotated["LedgerAccount", strawberry.lazy("schema.ledger")]] = related(
        models.Partner.ledger_accounts,
        scope=Scope.READ_FINANCE,
        description="What it is owed in the caller's environment, by currency.",
    )
    onboarding_case: Annotated["OnboardingCase", strawberry.lazy("schema.onboarding")] | None = related(
        models.Partner.onboarding_case, scope=Scope.READ_PARTNER, description="Its way to LIVE."
    )
    payment_account: Annotated["PaymentAccount", strawberry.lazy("schema.payment_accounts")] | None = related(
        models.Partner.payment_account,
        scope=Scope.READ_FINANCE,
        description="How it is paid in this environment; null before startConnectOnboarding.",
    )
    coupons: Connection[Annotated["Coupon", strawberry.lazy("schema.coupons")]] = resolved_by(
        resolve_coupons.of_partner, scope=Scope.MANAGE_PROMOTIONS
    )
    affiliate_links: Connection[Annotated["AffiliateLink", strawberry.lazy("schema.affiliates")]] = (
        resolved_by(resolve_affiliates.of_partner, scope=Scope.MANAGE_PROMOTIONS)
    )
    introduction_profile: Annotated["IntroductionProfile", strawberry.lazy("schema.introductions")] | None = (
        related(
            models.Partner.introduction_profile,
            scope=Scope.READ_INTRODUCTIONS,
            description="What it is introduced to contractors for; null before setIntroductionProfile.",
        )
    )
    booking_stats: Annotated["BookingStats", strawberry.lazy("schema.outcomes")] | None = resolved_by(
        resolve_booking_stats.of_partner, scope=Scope.READ_INTRODUCTIONS
    )


RegisterPartnerPayload = Annotated[
    Partner | Forbidden | InvalidInput | SlugTaken | IdempotencyConflict,
    strawberry.union("RegisterPartnerPayload"),
]
UpdatePartnerPayload = Annotated[
    Partner | NotFound | Forbidden | InvalidInput | StaleVersion,
    strawberry.union("UpdatePartnerPayload"),
]


SetPartnerLogoPayload = Annotated[
    Partner | NotFound | Forbidden | UploadNotReady, strawberry.union("SetPartnerLogoPayload")
]


@strawberry.type
class PartnerMutation:
    register_partner: RegisterPartnerPayload = resolved_by(resolve.register_partner, scope=Scope.REGISTER)
    set_partner_logo: SetPartnerLogoPayload = resolved_by(
        resolve.set_partner_logo, scope=Scope.MANAGE_PARTNER
    )
    update_partner: UpdatePartnerPayload = resolved_by(resolve.update_partner, scope=Scope.MANAGE_PARTNER)
