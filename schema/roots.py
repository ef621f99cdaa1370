"""The whole graph: one Query, one Mutation, one Subscription, put together from the domains."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema.affiliates import AffiliateMutation, AffiliateQuery
from schema.api_keys import ApiKeyMutation, ApiKeyQuery
from schema.audit import AuditQuery
from schema.bookings import BookingMutation, BookingQuery
from schema.cancellations import CancellationMutation
from schema.certification import CertificationMutation, CertificationQuery, CertificationSubscription
from schema.checkouts import CheckoutMutation, CheckoutQuery, CheckoutSubscription
from schema.contractors import ContractorMutation, ContractorQuery
from schema.coupons import CouponMutation, CouponQuery
from schema.dead_letters import DeadLetterMutation, DeadLetterQuery
from schema.documents import DocumentMutation, DocumentQuery
from schema.guides import GuideQuery
from schema.health import HealthQuery, HealthSubscription
from schema.imports import ImportMutation, ImportQuery, ImportSubscription
from schema.introduction_desk import IntroductionDeskMutation, IntroductionDeskQuery
from schema.introduction_mail import IntroductionMailMutation, IntroductionMailQuery
from schema.introductions import IntroductionMutation, IntroductionQuery, IntroductionSubscription
from schema.inventory import InventoryEvent, InventoryMutation, InventoryQuery, InventorySubscription
from schema.kpis import KpiQuery
from schema.ledger import LedgerQuery
from schema.money import SCALARS
from schema.nodes import NodeQuery
from schema.onboarding import OnboardingMutation, OnboardingQuery, OnboardingSubscription
from schema.outcomes import OutcomeMutation, OutcomeQuery
from schema.packages import PackageMutation, PackageQuery
from schema.parity import ParityQuery
from schema.partners import Partner, PartnerMutation
from schema.payment_accounts import PaymentAccountMutation, PaymentAccountQuery
from schema.payouts import PayoutMutation, PayoutQuery
from schema.predictions import PredictionMutation, PredictionQuery
from schema.properties import PropertyMutation, PropertyQuery
from schema.provisioning import ProvisioningMutation
from schema.quotes import QuoteMutation, QuoteQuery
from schema.reconciliation import ReconciliationQuery
from schema.reports import ReportQuery
from schema.reservations import ReservationMutation, ReservationQuery, ReservationSubscription
from schema.scheduling import SchedulingMutation, SchedulingQuery
from schema.search import SearchQuery
from schema.sponsorships import SponsorshipMutation, SponsorshipQuery
from schema.support import SupportMutation, SupportQuery, SupportSubscription
from schema.team import TeamMutation
from schema.uploads import UploadMutation
from schema.verification import VerificationMutation, VerificationQuery
from schema.viewer import ViewerQuery
from schema.webhooks import WebhookMutation, WebhookQuery

QUERIES = (
    ViewerQuery,
    NodeQuery,
    PackageQuery,
    InventoryQuery,
    ReservationQuery,
    BookingQuery,
    ApiKeyQuery,
    AuditQuery,
    ReportQuery,
    KpiQuery,
    WebhookQuery,
    DeadLetterQuery,
    CertificationQuery,
    VerificationQuery,
    GuideQuery,
    OnboardingQuery,
    HealthQuery,
    SupportQuery,
    PropertyQuery,
    ImportQuery,
    SearchQuery,
    SponsorshipQuery,
    QuoteQuery,
    CheckoutQuery,
    PaymentAccountQuery,
    DocumentQuery,
    CouponQuery,
    AffiliateQuery,
    LedgerQuery,
    PayoutQuery,
    ReconciliationQuery,
    ParityQuery,
    ContractorQuery,
    IntroductionQuery,
    IntroductionMailQuery,
    IntroductionDeskQuery,
    OutcomeQuery,
    SchedulingQuery,
    PredictionQuery,
)
MUTATIONS = (
    PackageMutation,
    InventoryMutation,
    ReservationMutation,
    BookingMutation,
    ApiKeyMutation,
    WebhookMutation,
    DeadLetterMutation,
    UploadMutation,
    VerificationMutation,
    ImportMutation,
    PropertyMutation,
    ProvisioningMutation,
    PartnerMutation,
    TeamMutation,
    OnboardingMutation,
    SupportMutation,
    CertificationMutation,
    SponsorshipMutation,
    QuoteMutation,
    CheckoutMutation,
    CancellationMutation,
    PaymentAccountMutation,
    DocumentMutation,
    CouponMutation,
    AffiliateMutation,
    PayoutMutation,
    ContractorMutation,
    IntroductionMutation,
    IntroductionMailMutation,
    IntroductionDeskMutation,
    OutcomeMutation,
    SchedulingMutation,
    PredictionMutation,
)
SUBSCRIPTIONS = (
    InventorySubscription,
    ImportSubscription,
    ReservationSubscription,
    OnboardingSubscription,
    CertificationSubscription,
    SupportSubscription,
    HealthSubscription,
    CheckoutSubscription,
    IntroductionSubscription,
)
NODES = (Partner, InventoryEvent)
"""Types that are reached through `Node` only."""


def build_schema(*, is_sorted: bool = False) -> strawberry.Schema:
    """Build the graph; once per process. Sorted by name it is for print only.

    Sorting makes every type anew, and enums of graphql-core, which hand texts and not members to the resolvers.
    """
    return strawberry.Schema(
        query=merge_types("Query", QUERIES),
        mutation=merge_types("Mutation", MUTATIONS),
        subscription=merge_types("Subscription", SUBSCRIPTIONS),
        types=NODES,
        config=StrawberryConfig(disable_field_suggestions=True, sort_schema=is_sorted, scalar_map=SCALARS),
    )
