"""The scenarios of a certification in words: what to call, what is expected, how to mend it."""

from dataclasses import dataclass

from domain.certification import Scenario


@dataclass(frozen=True, slots=True)
class Lesson:
    """One scenario as an integrator reads it."""

    title: str
    instructions: str
    """What to call, over REST and over GraphQL."""
    expected: str
    mend: str


LESSONS: dict[Scenario, Lesson] = {
    Scenario.AUTHENTICATE: Lesson(
        "Authenticate",
        "Make any call with a TEST key: `Authorization: Bearer <key>` on REST (GET /api/ota/inventory) "
        "or on POST /graphql.",
        "A call with a TEST key of yours is let in.",
        "Send a TEST key that is neither revoked nor expired, and has the scope the call needs.",
    ),
    Scenario.READ_AVAILABILITY: Lesson(
        "Read availability",
        "Ask what is left to sell: GET /api/ota/inventory, or the registered operation Inventory.",
        "An answer with the products you can sell.",
        "Correct the parameters the problem names; unknown ones are refused.",
    ),
    Scenario.HOLD: Lesson(
        "Hold units",
        "Hold units of a product that is there: POST /api/ota/reserve, or createReservation (operation Reserve).",
        "A reservation, ACTIVE, with an expiry.",
        "Hold at most 100 units of a product of your TEST catalog, with a customer type it has a price for.",
    ),
    Scenario.EXTEND: Lesson(
        "Extend a hold",
        "Let a hold of this run live longer: POST /api/ota/reservations/{id}/extend, or extendReservation.",
        "A later expiry of a hold made in this run.",
        "Extend while the hold is ACTIVE; `hold_minutes` counts from now, 1 to 1440.",
    ),
    Scenario.CONFIRM: Lesson(
        "Confirm a sale",
        "Turn a hold of this run into a booking: POST /api/ota/reservations/{id}/activate, "
        "or activateReservation, with the customer and your payment reference.",
        "A booking with its tickets, made of a hold of this run.",
        "Activate while the hold is ACTIVE, with a name, an e-mail address and a phone number.",
    ),
    Scenario.CANCEL: Lesson(
        "Cancel a hold",
        "End a hold of this run that will not be sold: DELETE /api/ota/reservations/{id}, or cancelReservation.",
        "A hold of this run is CANCELLED, and its units are free at once.",
        "Cancel before the hold is activated or runs out.",
    ),
    Scenario.MEET_EXPIRY: Lesson(
        "Meet an expired hold",
        "Hold with `hold_minutes: 1`, wait until it has run out, then activate or extend it. Once.",
        "RESERVATION_EXPIRED is answered, and you do not try that hold again.",
        "Take RESERVATION_EXPIRED for an answer: hold anew instead of repeating the call.",
    ),
    Scenario.MEET_SOLD_OUT: Lesson(
        "Meet sold-out",
        "Ask for more units than there are: the sold-out product of your sandbox, "
        "or a larger quantity than `available`.",
        "INSUFFICIENT_INVENTORY is answered, and you do not ask again at once.",
        "Take INSUFFICIENT_INVENTORY for an answer: offer something else instead of repeating the call.",
    ),
    Scenario.RETRY_WITH_SAME_KEY: Lesson(
        "Retry with the same idempotency key",
        "Send one hold twice, word for word, with the same `Idempotency-Key` header (REST) "
        "or `idempotencyKey` (GraphQL), as after a timeout.",
        "Both calls are answered with the same reservation.",
        "Keep the key with the request and repeat both unchanged; make a new key only for a new request.",
    ),
    Scenario.VERIFY_WEBHOOK_SIGNATURE: Lesson(
        "Verify a webhook's signature",
        "Have an enabled webhook endpoint in TEST: POST /api/ota/webhooks, or createWebhookEndpoint. "
        "We call it with an event signed as Standard Webhooks 1.0 says.",
        "Your endpoint answers the signed event with 2xx.",
        "Compute HMAC-SHA-256 over `id.timestamp.body` with the decoded secret, over the bytes as they came.",
    ),
    Scenario.REFUSE_FORGED_WEBHOOK: Lesson(
        "Refuse a forged webhook",
        "Nothing to call: among the signed events we send some whose signature is wrong, or whose body was changed.",
        "Your endpoint answers the forged events with 4xx, and the genuine one with 2xx.",
        "Refuse every call none of whose signatures is the one you compute, before you read the body.",
    ),
    Scenario.HONOR_RETRY_AFTER: Lesson(
        "Honor Retry-After",
        "Go on calling: at some moment a call is answered 429 with `Retry-After` "
        "(GraphQL: RATE_LIMITED with `retryAfterSeconds`). Stay silent for that long, then call again.",
        "No call until the time is over, then one that succeeds.",
        "Hold back all calls of this key for the seconds `Retry-After` names, not only the one that was refused.",
    ),
}


def title_of(scenario: Scenario) -> str:
    """Return what a scenario looks for, in a few words."""
    return LESSONS[scenario].title


def instructions_of(scenario: Scenario) -> str:
    """Return what to call for a scenario."""
    return LESSONS[scenario].instructions
