"""Every table of the house, so that migrations see them all: `from db import models`."""

from db.models.affiliates import (
    Affiliate,
    AffiliateConversion,
    AffiliateDay,
    AffiliateEvent,
    AffiliateLink,
)
from db.models.audit import AuditEntry
from db.models.bookings import Booking, Ticket, TicketEntitlement
from db.models.certification import CertificationRun, ScenarioResult
from db.models.checkouts import Checkout, CheckoutLeg, Quote
from db.models.contractors import Contractor
from db.models.coupons import Coupon, CouponRedemption
from db.models.dead_letters import DeadLetter
from db.models.documents import Document, DocumentCounter
from db.models.events import Event
from db.models.health import IntegrationAlert
from db.models.idempotency import IdempotencyKey
from db.models.imports import (
    PropertyImport,
    PropertyImportMapping,
    PropertyImportProblem,
    PropertyImportRow,
)
from db.models.interest import InterestReceipt, InterestSample, PackageViews
from db.models.introduction_mail import IntroductionMailEvent, IntroductionMessage
from db.models.introductions import (
    Intervention,
    Introduction,
    IntroductionProfile,
    IntroductionTransition,
)
from db.models.inventory import Allotment, InventoryEvent
from db.models.ledger import JournalEntry, LedgerAccount, Posting
from db.models.mail import Mail, MailSuppression
from db.models.onboarding import AssistedTime, OnboardingCase, SatisfactionAnswer, StageVisit
from db.models.outcomes import (
    ConfidenceContribution,
    ConfidenceScore,
    ConfidenceTally,
    DemoReport,
    FeedbackNudge,
    IntroductionFeedback,
)
from db.models.packages import (
    Package,
    PackageConsent,
    PackageImage,
    PackageItem,
    PackageVersion,
    PriceRule,
)
from db.models.parity import PriceParityDifference, PriceParityRun
from db.models.partner_inbox import PartnerMessage
from db.models.partners import (
    ApiKey,
    Invitation,
    Partner,
    PartnerMember,
    ResellerProfile,
    ResellerQuota,
    User,
)
from db.models.payments import Dispute, Payment, ProviderEvent, Refund
from db.models.payouts import PaymentAccount, Payout, Transfer
from db.models.predictions import (
    IntroductionPrediction,
    IntroductionSnapshot,
    PredictionChoice,
    PredictionFigure,
    PredictionModel,
)
from db.models.properties import Property
from db.models.reconciliation import ReconciliationDifference, ReconciliationRun
from db.models.request_log import ApiCall
from db.models.reservations import Reservation, ReservationLine
from db.models.reversals import TransferReversal
from db.models.scheduling import (
    DemoArrangement,
    DemoCell,
    DemoSlot,
    IntroductionFollowUp,
    MeetingHours,
)
from db.models.search import PackageSearch, SearchWord
from db.models.sponsorships import Sponsorship, SponsorshipCharge, SponsorshipSight
from db.models.suggestions import PackagePair, PackageTrips
from db.models.support import SupportAttachment, SupportMessage, SupportRead, SupportThread
from db.models.uploads import Upload
from db.models.verification import VerificationDecision, VerificationDocument
from db.models.webhooks import WebhookDelivery, WebhookEndpoint
from db.types import Base

__all__ = [
    "Affiliate",
    "AffiliateConversion",
    "AffiliateDay",
    "AffiliateEvent",
    "AffiliateLink",
    "Allotment",
    "ApiCall",
    "ApiKey",
    "AssistedTime",
    "AuditEntry",
    "Base",
    "Booking",
    "CertificationRun",
    "Checkout",
    "CheckoutLeg",
    "ConfidenceContribution",
    "ConfidenceScore",
    "ConfidenceTally",
    "Contractor",
    "Coupon",
    "CouponRedemption",
    "DeadLetter",
    "DemoArrangement",
    "DemoCell",
    "DemoReport",
    "DemoSlot",
    "Dispute",
    "Document",
    "DocumentCounter",
    "Event",
    "FeedbackNudge",
    "IdempotencyKey",
    "IntegrationAlert",
    "InterestReceipt",
    "InterestSample",
    "Intervention",
    "Introduction",
    "IntroductionFeedback",
    "IntroductionFollowUp",
    "IntroductionMailEvent",
    "IntroductionMessage",
    "IntroductionPrediction",
    "IntroductionProfile",
    "IntroductionSnapshot",
    "IntroductionTransition",
    "InventoryEvent",
    "Invitation",
    "JournalEntry",
    "LedgerAccount",
    "Mail",
    "MailSuppression",
    "MeetingHours",
    "OnboardingCase",
    "Package",
    "PackageConsent",
    "PackageImage",
    "PackageItem",
    "PackagePair",
    "PackageSearch",
    "PackageTrips",
    "PackageVersion",
    "PackageViews",
    "Partner",
    "PartnerMember",
    "PartnerMessage",
    "Payment",
    "PaymentAccount",
    "Payout",
    "Posting",
    "PredictionChoice",
    "PredictionFigure",
    "PredictionModel",
    "PriceParityDifference",
    "PriceParityRun",
    "PriceRule",
    "Property",
    "PropertyImport",
    "PropertyImportMapping",
    "PropertyImportProblem",
    "PropertyImportRow",
    "ProviderEvent",
    "Quote",
    "ReconciliationDifference",
    "ReconciliationRun",
    "Refund",
    "ResellerProfile",
    "ResellerQuota",
    "Reservation",
    "ReservationLine",
    "SatisfactionAnswer",
    "ScenarioResult",
    "SearchWord",
    "Sponsorship",
    "SponsorshipCharge",
    "SponsorshipSight",
    "StageVisit",
    "SupportAttachment",
    "SupportMessage",
    "SupportRead",
    "SupportThread",
    "Ticket",
    "TicketEntitlement",
    "Transfer",
    "TransferReversal",
    "Upload",
    "User",
    "VerificationDecision",
    "VerificationDocument",
    "WebhookDelivery",
    "WebhookEndpoint",
]
