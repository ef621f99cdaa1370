"""Facts of every mail, and mails on their way."""

from uuid import UUID

from db.unit_of_work import UnitOfWork
from domain.mail import MailTemplate, Message
from services import mail
from tests.factories.times import NOW

INTRODUCED = {
    "partner": "Victoria Cruises",
    "contractor": "Conti Viaggi",
    "link": "/introductions/int_1",
}
DEMO = {"demo_on": "2026-12-24", "demo_time": "15:30", "zone": "Europe/Rome"}

FACTS: dict[MailTemplate, dict[str, str]] = {
    MailTemplate.INVITATION: {
        "partner": "Victoria Cruises",
        "inviter": "Victor Owner",
        "role": "FINANCE",
        "expires_on": "2026-12-24",
        "link": "/invitations/inv_code",
    },
    MailTemplate.PARTNER_LIVE: {"partner": "Victoria Cruises", "link": "/onboarding"},
    MailTemplate.VERIFICATION_APPROVED: {"partner": "Victoria Cruises", "link": "/onboarding"},
    MailTemplate.VERIFICATION_REJECTED: {
        "partner": "Victoria Cruises",
        "reasons": "Licence: it ran out in May.\nInsurance: the second page is missing.",
        "link": "/onboarding",
    },
    MailTemplate.VERIFICATION_SUSPENDED: {
        "partner": "Victoria Cruises",
        "reason": "The licence was withdrawn.",
        "link": "/onboarding",
    },
    MailTemplate.INTEGRATION_ALERT: {
        "partner": "Victoria Cruises",
        "environment": "LIVE",
        "detail": "12 % of the calls of the last hour failed.",
        "link": "/health",
    },
    MailTemplate.SUPPORT_MESSAGE: {
        "partner": "Victoria Cruises",
        "subject": "Allotments of August",
        "author": "Max Manager",
        "excerpt": "We have found it.\n\nPlease try again.",
        "link": "/support",
    },
    MailTemplate.IMPORT_FINISHED: {
        "partner": "Victoria Cruises",
        "file": "listings.csv",
        "accepted": "48211",
        "rejected": "17",
        "link": "/imports",
    },
    MailTemplate.WEBHOOK_DISABLED: {
        "partner": "Victoria Cruises",
        "url": "https://victoria.example/hooks",
        "environment": "LIVE",
        "because": "FAILING",
        "link": "/integration",
    },
    MailTemplate.RECEIPT_READY: {
        "partner": "Victoria Cruises",
        "document": "RECEIPT",
        "number": "R-2026-000042",
        "booking": "K7QX2M9A",
        "link": "/checkout",
    },
    MailTemplate.STATEMENT_READY: {
        "partner": "Victoria Cruises",
        "document": "ACCOUNT_STATEMENT",
        "starts_on": "2026-10-01",
        "ends_on": "2026-10-31",
        "link": "/documents",
    },
    MailTemplate.PAYOUT_FAILED: {
        "partner": "Victoria Cruises",
        "amount": "188.00 HKD",
        "starts_on": "2026-11-16",
        "ends_on": "2026-11-22",
        "environment": "LIVE",
        "reason": "account_closed",
        "link": "/payouts",
    },
    MailTemplate.PAYMENT_ACCOUNT_RESTRICTED: {
        "partner": "Victoria Cruises",
        "environment": "LIVE",
        "status": "RESTRICTED",
        "link": "/payouts/account",
    },
    MailTemplate.BOOKING_CONFIRMED: {
        "partner": "Victoria Cruises",
        "product": "Harbour Cruise",
        "booking": "K7QX2M9A",
        "units": "2",
        "visit_on": "2026-12-24",
        "amount": "576.00 HKD",
        "link": "/checkouts/chk_1",
    },
    MailTemplate.CHECKOUT_COMPENSATED: {
        "partner": "Victoria Cruises",
        "product": "Harbour Cruise",
        "amount": "576.00 HKD",
        "link": "/checkouts/chk_1",
    },
    MailTemplate.BOOKING_CANCELLED: {
        "partner": "Victoria Cruises",
        "product": "Harbour Cruise",
        "booking": "K7QX2M9A",
        "units": "1",
        "left": "1",
        "amount": "288.00 HKD",
        "link": "/checkouts/chk_1",
    },
    MailTemplate.INTRODUCTION: {
        **INTRODUCED,
        "contact": "Carla Conti",
        "industry": "TOUR_OPERATOR",
        "region": "IT-25",
        "needs": "groups, guides",
        "reasons": "LANGUAGE\nRESPONSE\nCAPACITY",
    },
    MailTemplate.INTRODUCTION_REMINDER: {**INTRODUCED, "industry": "BEACH_HUTS", "hours": "24"},
    MailTemplate.INTRODUCTION_ALTERNATIVES: {**INTRODUCED, "alternatives": "Harbour Tours\nPeak Walks"},
    MailTemplate.INTRODUCTION_STATUS: {**INTRODUCED, "stage": "RESPONDED"},
    MailTemplate.INTRODUCTION_MESSAGE: {
        **INTRODUCED,
        "author": "Vera Rossi",
        "excerpt": "Gladly.\n\nTuesday at ten?",
    },
    MailTemplate.INTRODUCTION_OVERDUE: {**INTRODUCED, "hours": "48"},
    MailTemplate.DEMO_CONFIRMED: {**INTRODUCED, **DEMO, "minutes": "30"},
    MailTemplate.DEMO_CANCELLED: {**INTRODUCED, **DEMO},
    MailTemplate.DEMO_REMINDER: {**INTRODUCED, **DEMO, "minutes": "30"},
    MailTemplate.FEEDBACK_ASKED: {**INTRODUCED, "demo_on": "2026-12-24"},
    MailTemplate.PARTNER_MESSAGE: {
        "partner": "Victoria Cruises",
        "author": "peter@passer-by.example",
        "subject": "A group of forty",
        "excerpt": "Do you take groups?\n\nPeter",
        "link": "/introductions",
    },
}


def message(template: MailTemplate = MailTemplate.PARTNER_LIVE, locale: str = "en", **facts: str) -> Message:
    """A mail to Vera, ready to be written."""
    return Message(
        id=UUID(int=7),
        message_id="<7@interline.example>",
        to="vera@victoria.example",
        template=template,
        locale=locale,
        facts={**FACTS[template], **facts},
        posted_at=NOW,
    )


async def post_mail(
    uow: UnitOfWork,
    *,
    template: MailTemplate = MailTemplate.PARTNER_LIVE,
    to: str = "vera@victoria.example",
    locale: str = "en",
    key: str = "live:victoria",
    **facts: str,
) -> None:
    await mail.post(
        uow,
        template=template,
        to=to,
        locale=locale,
        facts={**FACTS[template], **facts},
        key=key,
        partner_id=None,
        now=NOW,
    )
