"""The domain's enums as the graph shows them; every other file uses the domain's own.

Registered here and not in `schema/`, because the inputs beside the resolvers meet them first.
"""

import strawberry

from domain.affiliates import AffiliateChannel, ConversionStatus, HeldBecause, LinkStatus
from domain.certification import CertificationStatus, Scenario, ScenarioStatus
from domain.checkouts import CheckoutStatus, RefundReason
from domain.confidence import Factor
from domain.contractors import ContractorSize, Weekday
from domain.coupons import CouponKind, CouponScope, CouponStatus, RedemptionStatus
from domain.discounts import DiscountKind
from domain.documents import BillingDocumentKind, BillingDocumentStatus, DocumentFormat
from domain.envelopes import MailParty
from domain.environments import Environment
from domain.events import EventType
from domain.follow_ups import FollowUpResult, FollowUpStep
from domain.health import HealthSignal
from domain.imports import ImportStatus
from domain.interest import InterestKind
from domain.interventions import InterventionKind
from domain.introduction_mail import MailEventKind, MessageAuthor
from domain.introductions import (
    IntroductionOutcome,
    IntroductionRole,
    IntroductionStage,
    IntroductionStatus,
    NoShowParty,
    ShowStatus,
)
from domain.inventory import AvailabilityStatus, Channel, InventoryEventKind
from domain.kpi_catalog import KpiName
from domain.kpis import Comparison, Level, Unit
from domain.ledger import AccountKind, EntryKind
from domain.mail import MailTemplate
from domain.mapping import MappingReason
from domain.matching import MatchFactor
from domain.onboarding import Actor, BlockerCode, ByHand, Stage
from domain.outcomes import FeedbackSide
from domain.packages import ConsentStatus, ItemKind, PackageStatus
from domain.partners import MemberRole, PartnerType, VerificationStatus
from domain.payments import AccountStatus, PaymentStatus, PayoutStatus, RefundStatus, TransferStatus
from domain.payouts import PayoutInterval
from domain.prediction_models import Contender, Verdict
from domain.predictions import PredictionTarget
from domain.pricing import CustomerType, RuleEffect
from domain.properties import Amenity, CancellationPolicy, ContactKind, PropertyField, PropertyType
from domain.quotes import QuoteLineKind
from domain.reconciliation import DifferenceKind, MoneyObject
from domain.reservations import ReservationStatus
from domain.rules.problems import Severity
from domain.scheduling import SlotSide, SlotStatus
from domain.search import SearchSort
from domain.send_times import SendAt
from domain.splits import LegKind
from domain.sponsorships import ChargedBy, SponsorshipStatus
from domain.spreadsheets import FileKind, FileProblem
from domain.suggestions import Signal
from domain.support import SupportCategory, SupportSide, SupportStatus
from domain.tickets import TicketStatus
from domain.time_suggestions import TimeSignal
from domain.uploads import FileType, UploadProblem, UploadPurpose, UploadStatus
from domain.verification import DocumentKind, DocumentStatus, RequirementState
from domain.webhooks import DeliveryStatus, DisabledBecause, EndpointStatus
from permissions.viewer import Role, Scope

strawberry.enum(HealthSignal, description="What can be wrong with an integration.")
strawberry.enum(Environment, description="TEST and LIVE never meet.")
strawberry.enum(Channel, description="A way of selling; channels never borrow units from each other.")
strawberry.enum(AvailabilityStatus, description="LIMITED: less than half of the allotment is available.")
strawberry.enum(InventoryEventKind, description="What happened to an allotment's counters.")
strawberry.enum(CustomerType, description="Who travels: decides which price rules apply.")
strawberry.enum(RuleEffect, description="SET replaces the running unit price, ADD changes it.")
strawberry.enum(ReservationStatus, description="ACTIVE holds units; the other three are ends.")
strawberry.enum(TicketStatus, description="ISSUED until nothing is left of it; VOID ends it unused.")
strawberry.enum(PackageStatus, description="DRAFT was never on sale, ARCHIVED is no longer.")
strawberry.enum(
    ConsentStatus, description="What another partner says to a package with something of its own."
)
strawberry.enum(DiscountKind, description="PERCENT takes a part of what is left to pay, FIXED an amount.")
strawberry.enum(ItemKind, description="What an item of a package is.")
strawberry.enum(PartnerType, description="What an organization is.")
strawberry.enum(MemberRole, description="What a person is to one partner; each has exactly one OWNER.")
strawberry.enum(VerificationStatus, description="Where the check of who a partner is stands.")
strawberry.enum(Stage, name="OnboardingStage", description="Where a case stands; it never goes back.")
strawberry.enum(BlockerCode, description="What keeps a case from going on.")
strawberry.enum(Actor, name="OnboardingActor", description="Whose turn it is.")
strawberry.enum(ByHand, name="OnboardingStepByHand", description="What people may do in the machine's place.")
strawberry.enum(Role, description="What a person is to the platform or to a partner.")
strawberry.enum(Scope, description="One right to use a group of fields.")
strawberry.enum(
    EventType, description="What happened; `RESERVATION_EXPIRED` is `reservation.expired` in a webhook."
)
strawberry.enum(EndpointStatus, description="Only an ENABLED endpoint is told anything.")
strawberry.enum(DisabledBecause, description="BY_OWNER; GONE: it answered 410; FAILING: it failed for days.")
strawberry.enum(
    DeliveryStatus, description="PENDING until the endpoint took it; DEAD when nobody tries any more."
)
strawberry.enum(Scenario, description="What a certification looks for; in the order of building it.")
strawberry.enum(
    ScenarioStatus,
    description="PENDING until something was seen; FAILED until it is done right; PASSED for good.",
)
strawberry.enum(
    CertificationStatus,
    description="RUNNING, or how a run ended; EXPIRED: its time was over before everything had been seen.",
)
strawberry.enum(SupportCategory, description="What a support thread is about.")
strawberry.enum(
    SupportStatus,
    description="Whose turn it is: OPEN the platform's, WAITING_FOR_PARTNER, RESOLVED nobody's.",
)
strawberry.enum(SupportSide, description="For whom somebody writes.")
strawberry.enum(Comparison, description="How a figure should lie to its target: `ABOVE` is strictly so.")
strawberry.enum(Level, name="KpiLevel", description="`WARN` misses the target, `ALERT` is beyond the gate.")
strawberry.enum(
    Unit,
    name="KpiUnit",
    description="What a figure counts in; a `RATIO` of 1 is 100 %, `POINTS` are from 0 to 10.",
)
strawberry.enum(SearchSort, description="What a list of hits is in the order of.")
strawberry.enum(InterestKind, description="VIEW: it was shown in a list. CLICK: it was opened from there.")
strawberry.enum(
    ChargedBy, name="SponsorshipChargedBy", description="What costs: being seen, or being opened."
)
strawberry.enum(SponsorshipStatus, description="An ACTIVE one is placed on its days while its budget lasts.")
strawberry.enum(Signal, name="SuggestionSignal", description="What speaks for a bundle, or against it.")
strawberry.enum(KpiName, description="A KPI of the platform.")
strawberry.enum(
    AccountStatus, name="PaymentAccountStatus", description="Only an ENABLED account can be paid."
)
strawberry.enum(
    PayoutInterval, description="How often a payee is paid: for whole weeks from Monday, or whole months."
)
strawberry.enum(UploadPurpose, description="What a file is for: who may send it, of which types, how large.")
strawberry.enum(UploadStatus, description="AWAITING the file or its confirmation; REFUSED for what is in it.")
strawberry.enum(FileType, description="What a file is by its content.")
strawberry.enum(UploadProblem, description="What is wrong with a file that came.")
strawberry.enum(
    BillingDocumentKind,
    description="Sales: RECEIPT, INVOICE, CREDIT_NOTE. A partner's money: PAYOUT_STATEMENT, ACCOUNT_STATEMENT.",
)
strawberry.enum(
    BillingDocumentStatus, description="REQUESTED until the file is there; FAILED when nobody tries any more."
)
strawberry.enum(DocumentFormat, description="What kind of file a document is.")
strawberry.enum(DocumentKind, description="What a document shows.")
strawberry.enum(DocumentStatus, description="SUBMITTED until somebody of the platform looked at it.")
strawberry.enum(RequirementState, description="Where a required document stands; EXPIRED: its day is past.")
strawberry.enum(ImportStatus, name="PropertyImportStatus", description="Where an import stands.")
strawberry.enum(FileKind, name="SpreadsheetKind", description="What a file is by its content.")
strawberry.enum(FileProblem, name="SpreadsheetProblem", description="Why a file is not read.")
strawberry.enum(MappingReason, name="ColumnMappingReason", description="Why a column is mapped as it is.")
strawberry.enum(PropertyType, description="What kind of house a property is.")
strawberry.enum(
    CancellationPolicy,
    description="Until when a guest cancels for free: FLEXIBLE 1, MODERATE 5, STRICT 14 days before arrival.",
)
strawberry.enum(ContactKind, description="What a contact is asked about.")
strawberry.enum(Amenity, description="What a house offers its guests.")
strawberry.enum(PropertyField, description="A field of a property.")
strawberry.enum(
    Severity, description="An ERROR keeps a property from being saved; a WARNING is told and does not."
)
strawberry.enum(
    QuoteLineKind, description="PRICE: a price rule; DISCOUNT: of the bundle; COUPON: at most one."
)
strawberry.enum(
    CheckoutStatus,
    description="OPEN and PROCESSING hold units; COMPENSATED: paid too late, and refunded by itself.",
)
strawberry.enum(
    PaymentStatus, description="As the provider has it; REQUIRES_PAYMENT_METHOD follows a decline, too."
)
strawberry.enum(LegKind, description="Whose part of a sale it is; COUPON_FUNDING is what the platform pays.")
strawberry.enum(CouponKind, description="What a coupon takes off: a percentage, or an amount.")
strawberry.enum(
    CouponScope, description="What a coupon is good for: packages as a whole, or their items of one kind."
)
strawberry.enum(CouponStatus, description="DISABLED takes nothing off any more.")
strawberry.enum(
    RedemptionStatus,
    name="CouponRedemptionStatus",
    description="HELD with its reservation, CONFIRMED by the payment, RELEASED when either came to nothing.",
)
strawberry.enum(AffiliateChannel, description="Where an affiliate reaches its public.")
strawberry.enum(
    LinkStatus,
    name="AffiliateLinkStatus",
    description="A DISABLED link leads to its target and earns nothing.",
)
strawberry.enum(
    ConversionStatus,
    name="AffiliateConversionStatus",
    description="HELD for a look; PENDING until it can not be cancelled for free; DUE; PAID; or it came to nothing.",
)
strawberry.enum(
    HeldBecause,
    name="AffiliateConversionHeldBecause",
    description="What makes a sale look like the affiliate's own, or counted twice.",
)
strawberry.enum(
    AccountKind,
    name="LedgerAccountKind",
    description=(
        "PROVIDER_CASH: all money at the provider. PENDING: earned and not released. AVAILABLE: on the payee's own "
        "account, for its next payout."
    ),
)
strawberry.enum(EntryKind, name="JournalEntryKind", description="What happened to money.")
strawberry.enum(TransferStatus, description="PENDING until the provider has done it.")
strawberry.enum(PayoutStatus, description="FAILED and CANCELED ones came back to the balance.")
strawberry.enum(PayoutInterval, description="Whole weeks from Monday, or whole calendar months, in UTC.")
strawberry.enum(RefundStatus, description="PENDING until the provider has decided.")
strawberry.enum(RefundReason, description="Why money goes back to a buyer.")
strawberry.enum(MoneyObject, description="What is compared.")
strawberry.enum(DifferenceKind, description="How two books differ.")
strawberry.enum(ContractorSize, description="How large a contractor is.")
strawberry.enum(Weekday, description="A day of the week.")
strawberry.enum(
    IntroductionStage,
    description=(
        "DRAFT: the partner has not heard of it. INTRODUCED: it was written to. TIMES_PROPOSED: one side is to take a "
        "time. HELD: the time of the demo is over. CLOSED and CANCELLED are ends."
    ),
)
strawberry.enum(IntroductionStatus, description="The stage in four words: COMPLETED is HELD or CLOSED.")
strawberry.enum(IntroductionRole, description="As what somebody acts; SYSTEM is the clock, and mail.")
strawberry.enum(ShowStatus, description="Whether a demo took place.")
strawberry.enum(NoShowParty, description="Who did not come to a demo.")
strawberry.enum(IntroductionOutcome, description="What came of a demo, the best at the front.")
strawberry.enum(
    MatchFactor,
    description=(
        "What speaks for a partner; OUTCOMES are those of its demos so far. Rules look at the first eight, what was "
        "learned at the others, too: CONVERSION is how often it is booked, TRACK_RECORD whether there is any, BREADTH "
        "how many needs the contractor has, and USUAL what speaks for any partner."
    ),
)
strawberry.enum(SendAt, description="NOW, or at the time that is suggested.")
strawberry.enum(
    PredictionTarget,
    description=(
        "BOOKING: a demo of an introduction is booked. SHOW: a booked demo takes place. SUCCESS: something good comes "
        "of a demo that did."
    ),
)
strawberry.enum(
    Contender,
    name="PredictionContender",
    description=(
        "CANDIDATE: the version itself. CURRENT: the one that spoke. RULES: their score, made a probability. "
        "BASE_RATE: who says the same of all."
    ),
)
strawberry.enum(
    Verdict,
    name="PredictionVerdict",
    description=(
        "CHOSEN: better than all others, so it spoke from then on. HELD: better, but somebody had chosen what speaks. "
        "RULES_AGAIN: not better, and the rules were better than the version that spoke."
    ),
)
strawberry.enum(
    InterventionKind,
    description=(
        "OVERDUE: no answer in time. BOUNCED: a mail did not arrive. AT_RISK: likely to fail. DISPUTED: the two "
        "disagree."
    ),
)
strawberry.enum(SlotStatus, description="What became of a time that was proposed for a demo.")
strawberry.enum(SlotSide, description="For whom a time was proposed; of the platform's either side picks.")
strawberry.enum(TimeSignal, description="What speaks for a time.")
strawberry.enum(FollowUpStep, description="What is done after 24, 48 and 72 hours without an answer.")
strawberry.enum(FollowUpResult, description="SKIPPED: it was of no use any more when workers came to it.")

strawberry.enum(FeedbackSide, description="Whose feedback it is.")
strawberry.enum(Factor, name="ConfidenceFactorName", description="What PowerConfidence is made of.")
strawberry.enum(MailTemplate, description="What a mail is about.")
strawberry.enum(
    MessageAuthor,
    name="IntroductionMessageAuthor",
    description="Who wrote in a conversation; a STRANGER had the address, and is neither party.",
)
strawberry.enum(MailParty, description="Who a mail went to: the part in the conversation, not the person.")
strawberry.enum(
    MailEventKind,
    description=(
        "What became of a mail. DEFERRED: it is tried again. DROPPED: it was not even tried. OPENED is only told "
        "where the platform counts it."
    ),
)
