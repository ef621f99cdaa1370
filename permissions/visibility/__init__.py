"""Which rows a caller may see.

Every list, `node(id:)`, relation, subscription and export goes through one of these rules; a model without an entry in
`VISIBLE` can not be read at all. One file a domain; `minting` makes rules of functions.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from db import models
from db.rows import Visible
from permissions.viewer import Viewer
from permissions.visibility.certification import (
    visible_certification_runs,
    visible_scenario_results,
)
from permissions.visibility.checkouts import (
    bought_checkouts,
    kept_quotes,
    visible_checkout_legs,
    visible_checkouts,
    visible_payments,
    visible_quotes,
)
from permissions.visibility.documents import documents_of_buyers, visible_documents
from permissions.visibility.health import visible_health, visible_integration_alerts
from permissions.visibility.imports import visible_import_problems, visible_imports
from permissions.visibility.money import (
    visible_journal_entries,
    visible_ledger_accounts,
    visible_parity_differences,
    visible_parity_runs,
    visible_payouts,
    visible_postings,
    visible_reconciliation_differences,
    visible_reconciliation_runs,
    visible_refunds,
    visible_transfers,
)
from permissions.visibility.packages import (
    buyable_packages,
    packages_of_environment,
    packages_with_stock,
    public_packages,
    sellable_packages,
    visible_package_consents,
    visible_package_parts,
    visible_package_versions,
    visible_packages,
)
from permissions.visibility.partners import (
    visible_invitations,
    visible_members,
    visible_onboarding_cases,
    visible_satisfaction_answers,
    visible_stage_visits,
    visible_users,
)
from permissions.visibility.payment_accounts import visible_payment_accounts
from permissions.visibility.promotions import (
    visible_affiliate_conversions,
    visible_affiliate_links,
    visible_affiliates,
    visible_coupon_redemptions,
    visible_coupons,
)
from permissions.visibility.properties import visible_properties
from permissions.visibility.sales import (
    visible_allotments,
    visible_api_calls,
    visible_api_keys,
    visible_audit_entries,
    visible_bookings,
    visible_dead_letters,
    visible_inventory_events,
    visible_partners,
    visible_resellers,
    visible_reservation_lines,
    visible_reservations,
    visible_ticket_entitlements,
    visible_tickets,
    visible_webhook_deliveries,
    visible_webhook_endpoints,
)
from permissions.visibility.search import visible_hits, visible_sponsorships
from permissions.visibility.support import (
    visible_support_attachments,
    visible_support_messages,
    visible_support_reads,
    visible_support_threads,
)
from permissions.visibility.uploads import visible_uploads
from permissions.visibility.verification import (
    visible_verification_decisions,
    visible_verification_documents,
)

VISIBLE: dict[type[models.Base], Callable[[Viewer], Visible]] = {
    models.Partner: visible_partners,
    models.Package: visible_packages,
    models.PackageItem: lambda viewer: visible_package_parts(viewer, models.PackageItem.package_id),
    models.PackageVersion: visible_package_versions,
    models.PackageImage: lambda viewer: visible_package_parts(viewer, models.PackageImage.package_id),
    models.PackageConsent: visible_package_consents,
    models.PriceRule: lambda viewer: visible_package_parts(viewer, models.PriceRule.package_id),
    models.Allotment: visible_allotments,
    models.InventoryEvent: visible_inventory_events,
    models.Reservation: visible_reservations,
    models.ReservationLine: visible_reservation_lines,
    models.Booking: visible_bookings,
    models.Ticket: visible_tickets,
    models.TicketEntitlement: visible_ticket_entitlements,
    models.ApiKey: visible_api_keys,
    models.AuditEntry: visible_audit_entries,
    models.WebhookEndpoint: visible_webhook_endpoints,
    models.WebhookDelivery: visible_webhook_deliveries,
    models.DeadLetter: visible_dead_letters,
    models.ApiCall: visible_api_calls,
    models.User: visible_users,
    models.PartnerMember: visible_members,
    models.Invitation: visible_invitations,
    models.OnboardingCase: visible_onboarding_cases,
    models.IntegrationAlert: visible_integration_alerts,
    models.StageVisit: visible_stage_visits,
    models.SatisfactionAnswer: visible_satisfaction_answers,
    models.CertificationRun: visible_certification_runs,
    models.ScenarioResult: visible_scenario_results,
    models.SupportThread: visible_support_threads,
    models.SupportAttachment: visible_support_attachments,
    models.SupportMessage: visible_support_messages,
    models.SupportRead: visible_support_reads,
    models.Upload: visible_uploads,
    models.Document: visible_documents,
    models.VerificationDocument: visible_verification_documents,
    models.VerificationDecision: visible_verification_decisions,
    models.Property: visible_properties,
    models.PropertyImport: visible_imports,
    models.PropertyImportProblem: visible_import_problems,
    models.PackageSearch: visible_hits,
    models.Sponsorship: visible_sponsorships,
    models.PaymentAccount: visible_payment_accounts,
    models.Quote: visible_quotes,
    models.Checkout: visible_checkouts,
    models.CheckoutLeg: visible_checkout_legs,
    models.Payment: visible_payments,
    models.Coupon: visible_coupons,
    models.CouponRedemption: visible_coupon_redemptions,
    models.Affiliate: visible_affiliates,
    models.AffiliateLink: visible_affiliate_links,
    models.AffiliateConversion: visible_affiliate_conversions,
    models.LedgerAccount: visible_ledger_accounts,
    models.JournalEntry: visible_journal_entries,
    models.Posting: visible_postings,
    models.Transfer: visible_transfers,
    models.Payout: visible_payouts,
    models.Refund: visible_refunds,
    models.ReconciliationRun: visible_reconciliation_runs,
    models.ReconciliationDifference: visible_reconciliation_differences,
    models.PriceParityRun: visible_parity_runs,
    models.PriceParityDifference: visible_parity_differences,
}
"""Model -> its predicate: what relations and `node(id:)` are read through. Not listed: not readable."""

SEEN_WITH: frozenset[InstrumentedAttribute[Any]] = frozenset(
    {
        models.Package.items,
        models.Package.price_rules,
        models.Package.images,
        models.PackageVersion.items,
        models.PackageVersion.price_rules,
        models.PackageVersion.images,
        models.Reservation.lines,
        models.Booking.tickets,
        models.Ticket.entitlements,
        models.OnboardingCase.visits,
        models.CertificationRun.results,
        models.SupportMessage.attachments,
        models.Checkout.package,
        models.Checkout.quote,
        models.Checkout.payment,
        models.Checkout.booking,
        models.ReconciliationRun.differences,
        models.PriceParityRun.differences,
    }
)
"""Relations to the parts of a row: who sees the row sees them, so whoever comes from it need not ask again."""

__all__ = [
    "SEEN_WITH",
    "VISIBLE",
    "bought_checkouts",
    "buyable_packages",
    "documents_of_buyers",
    "kept_quotes",
    "packages_of_environment",
    "packages_with_stock",
    "public_packages",
    "sellable_packages",
    "visible_affiliate_conversions",
    "visible_affiliate_links",
    "visible_affiliates",
    "visible_allotments",
    "visible_api_calls",
    "visible_api_keys",
    "visible_audit_entries",
    "visible_bookings",
    "visible_certification_runs",
    "visible_checkout_legs",
    "visible_checkouts",
    "visible_coupon_redemptions",
    "visible_coupons",
    "visible_dead_letters",
    "visible_documents",
    "visible_health",
    "visible_hits",
    "visible_import_problems",
    "visible_imports",
    "visible_integration_alerts",
    "visible_inventory_events",
    "visible_invitations",
    "visible_journal_entries",
    "visible_ledger_accounts",
    "visible_members",
    "visible_onboarding_cases",
    "visible_package_consents",
    "visible_package_parts",
    "visible_package_versions",
    "visible_packages",
    "visible_parity_differences",
    "visible_parity_runs",
    "visible_partners",
    "visible_payment_accounts",
    "visible_payments",
    "visible_payouts",
    "visible_postings",
    "visible_properties",
    "visible_quotes",
    "visible_reconciliation_differences",
    "visible_reconciliation_runs",
    "visible_refunds",
    "visible_resellers",
    "visible_reservation_lines",
    "visible_reservations",
    "visible_satisfaction_answers",
    "visible_scenario_results",
    "visible_sponsorships",
    "visible_stage_visits",
    "visible_support_attachments",
    "visible_support_messages",
    "visible_support_reads",
    "visible_support_threads",
    "visible_ticket_entitlements",
    "visible_tickets",
    "visible_transfers",
    "visible_uploads",
    "visible_users",
    "visible_verification_decisions",
    "visible_verification_documents",
    "visible_webhook_deliveries",
    "visible_webhook_endpoints",
]
