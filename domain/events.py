"""What happened and somebody else wants to hear: the outbox carries these, webhooks and sockets too."""

from enum import StrEnum


class EventType(StrEnum):
    """Names of events as subscribers see them. Part of the API: a name never changes."""

    RESERVATION_CREATED = "reservation.created"
    RESERVATION_EXTENDED = "reservation.extended"
    RESERVATION_CANCELLED = "reservation.cancelled"
    RESERVATION_EXPIRED = "reservation.expired"
    RESERVATION_ACTIVATED = "reservation.activated"
    BOOKING_CONFIRMED = "booking.confirmed"
    TICKET_REDEEMED = "ticket.redeemed"
    TICKET_VOIDED = "ticket.voided"
    AVAILABILITY_CHANGED = "availability.changed"
    ONBOARDING_CHANGED = "onboarding.changed"
    VERIFICATION_CHANGED = "verification.changed"
    PARTNER_LIVE = "partner.live"
    PARTNER_PAUSED = "partner.paused"
    PARTNER_RESUMED = "partner.resumed"
    IMPORT_PROGRESSED = "property_import.progressed"
    IMPORT_FINISHED = "property_import.finished"
    SUPPORT_MESSAGE_POSTED = "support.message_posted"
    SUPPORT_THREAD_CHANGED = "support.thread_changed"
    CERTIFICATION_PROGRESSED = "certification.progressed"
    CERTIFICATION_FINISHED = "certification.finished"
    INTEGRATION_ALERT_OPENED = "integration_alert.opened"
    INTEGRATION_ALERT_CLOSED = "integration_alert.closed"
    WEBHOOK_TEST = "webhook.test"
    WEBHOOK_DISABLED = "webhook.disabled"
