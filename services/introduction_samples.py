"""What a partner's mails look like, before one is sent: of an invented contractor, for nobody but whoever asks."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from db import models
from db.queries import introduction_mail as queries
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.contractors import check_code
from domain.envelopes import Envelope, MailParty, Thread
from domain.errors import Forbidden, InvalidInput, NotFound, Refused
from domain.idempotency import Idempotency
from domain.ids import global_id
from domain.introduction_mail import MAIL_TO, SAMPLE_TOKEN
from domain.introductions import IntroductionStage
from domain.mail import LINK, NAME, NEEDED, OF_INTRODUCTIONS, MailTemplate, Message
from domain.matching import MatchFactor
from domain.partners import LOCALES
from permissions import policies
from permissions.viewer import Viewer
from permissions.visibility import visible_introduction_profiles
from services import mail
from services.idempotency import claim

NOBODY = UUID(int=0)
EXAMPLE = {
    "contractor": "Aurora Travel",
    "contact": "Alba Aurora",
    "region": "IT-25",
    "needs": "hotels, transfers",
    "reasons": f"{MatchFactor.INDUSTRY}\n{MatchFactor.LANGUAGE}",
    "hours": "24",
    "alternatives": "Harbour Travel\nIsland Trips",
    "stage": IntroductionStage.RESPONDED.value,
    "author": "Alba Aurora",
    "excerpt": "Would Tuesday at ten suit you?",
}
DEMO_HOUR = 10


@dataclass(frozen=True, slots=True)
class TestMail:
    """A test that is on its way."""

    template: MailTemplate
    locale: str
    recipient: str


def sample(
    partner: models.Partner,
    profile: models.IntroductionProfile,
    template: MailTemplate,
    *,
    locale: str | None,
    industry: str | None,
    now: dt.datetime,
) -> Message:
    """Return one of a partner's mails as an invented contractor of an industry would have it.

    Without a locale in the partner's own language, without an industry in its first one. Refuses: InvalidInput.
    """
    if template not in OF_INTRODUCTIONS:
        raise Refused(InvalidInput("template", "must be one of an introduction's"))
    if locale is not None and locale not in LOCALES:
        raise Refused(InvalidInput("locale", f"must be one of {', '.join(LOCALES)}"))
    code = check_code("industry", industry or next(iter(profile.industries), "TRAVEL_AGENCY"))
    to = MAIL_TO.get(template, MailParty.CONTRACTOR)
    thread = Thread(NOBODY, SAMPLE_TOKEN, profile.subdomain, partner.name, is_first=True, to=to)
    return Message(
        id=NOBODY,
        message_id="",
        to="",
        template=template,
        locale=locale or partner.locale,
        facts=_facts(partner, profile, template, industry=code, to=to, now=now),
        posted_at=now,
        envelope=Envelope(thread=thread),
    )


async def send_test(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    partner_id: UUID | None,
    template: MailTemplate,
    locale: str | None,
    industry: str | None,
    idempotency: Idempotency | None,
    now: dt.datetime,
) -> TestMail:
    """Send one of a partner's mails to the caller's own address, and to nobody else.

    Refuses: NotFound, Forbidden, InvalidInput, IdempotencyConflict.
    """
    found = (
        None
        if partner_id is None
        else await queries.profile_of(uow.session, partner_id, visible=visible_introduction_profiles(viewer))
    )
    if found is None:
        shown = global_id("Partner", partner_id) if partner_id else ""
        raise Refused(NotFound(noun="introduction profile of a partner", id=shown))
    partner, profile = found
    policies.may_manage_introductions(viewer, partner.id)
    if viewer.signed_in is None:
        raise Refused(Forbidden("A test goes to whoever asks for it: sign in as a person."))
    message = sample(partner, profile, template, locale=locale, industry=industry, now=now)
    test = TestMail(template, message.locale, viewer.signed_in.email)
    test_id = new_id()
    if await claim(uow, idempotency, object_id=test_id, now=now) is None:
        await mail.post(
            uow,
            template=template,
            to=test.recipient,
            locale=test.locale,
            facts=message.facts,
            key=f"introduction-test:{test_id.hex}",
            partner_id=partner.id,
            now=now,
        )
    return test


def _facts(
    partner: models.Partner,
    profile: models.IntroductionProfile,
    template: MailTemplate,
    *,
    industry: str,
    to: MailParty,
    now: dt.datetime,
) -> Mapping[str, str]:
    there = now.astimezone(ZoneInfo(profile.time_zone)) + dt.timedelta(days=7)
    known = EXAMPLE | {
        "partner": partner.name,
        "industry": industry,
        "demo_on": there.date().isoformat(),
        "demo_time": f"{DEMO_HOUR}:00",
        "zone": profile.time_zone,
        "minutes": str(profile.preferred_demo_duration),
        LINK: "/introductions",
    }
    name = {MailParty.PARTNER: partner.name, MailParty.CONTRACTOR: EXAMPLE["contact"]}.get(to)
    return {each: known[each] for each in NEEDED[template]} | ({NAME: name} if name else {})
