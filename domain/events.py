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
    WEBHOOK_TEST = "webhook.test"
    WEBHOOK_DISABLED = "webhook.disabled"
