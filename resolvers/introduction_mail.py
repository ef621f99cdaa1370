"""The conversation of an introduction, what became of its mails, and what a partner's mails look like."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import introduction_mail as queries
from db.queries import partner_inbox as inbox_queries
from db.questions import Asked
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from domain.ids import local_id
from domain.mail import MailTemplate
from integrations.mail import writing
from permissions.viewer import NOBODY
from permissions.visibility import (
    visible_introduction_mail_events,
    visible_introduction_messages,
    visible_introduction_profiles,
    visible_partner_messages,
)
from resolvers.context import Info
from resolvers.refusals import answers
from services import introduction_samples
from services.introduction_samples import TestMail


@strawberry.input(description="A mail of a partner, to be seen in the caller's own inbox.")
class SendTestIntroductionMailInput:
    partner_id: strawberry.ID
    template: MailTemplate = strawberry.field(description="One of an introduction's.")
    locale: str | None = strawberry.field(
        default=None, description="`en`, `it`, `de`, `fr` or `es`; without it the partner's own."
    )
    industry: str | None = strawberry.field(
        default=None, description="Of the invented contractor; without it the partner's first one."
    )
    idempotency_key: str | None = None


def messages(
    root: strawberry.Parent[models.Introduction],
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.IntroductionMessage]]:
    """What came in by mail, oldest first; what strangers wrote is seen by the platform's staff alone."""
    return queries.page_messages(
        visible=visible_introduction_messages(info.context.viewer),
        window=Window(first, after, last, before),
        introduction_id=root.id,
    )


def mail_events(
    root: strawberry.Parent[models.Introduction],
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.IntroductionMailEvent]]:
    """What became of its mails, in the order we heard of it; for the platform's staff."""
    return queries.page_events(
        visible=visible_introduction_mail_events(info.context.viewer),
        window=Window(first, after, last, before),
        introduction_id=root.id,
    )


def partner_messages(
    info: Info,
    *,
    partner_id: strawberry.ID,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.PartnerMessage]]:
    """What was written to a partner's address and answered nothing, the newest first; kept for 180 days."""
    return inbox_queries.page_partner_messages(
        visible=visible_partner_messages(info.context.viewer),
        window=Window(first, after, last, before),
        partner_id=local_id("Partner", partner_id) or NOBODY,
    )


async def introduction_mail_preview(
    info: Info,
    partner_id: strawberry.ID,
    template: MailTemplate,
    locale: str | None = None,
    industry: str | None = None,
) -> writing.Texts | None:
    """One of a partner's mails as an invented contractor would have it; null where there is no such partner."""
    context, uuid = info.context, local_id("Partner", partner_id)
    if uuid is None:
        return None
    async with context.sessions.read() as session:
        found = await queries.profile_of(session, uuid, visible=visible_introduction_profiles(context.viewer))
    if found is None:
        return None
    message = introduction_samples.sample(*found, template, locale=locale, industry=industry, now=context.now)
    return writing.texts(message, public_url=context.public_url)


@answers(NotFound, Forbidden, InvalidInput, IdempotencyConflict)
async def send_test_introduction_mail(info: Info, input: SendTestIntroductionMailInput) -> TestMail:
    """Send one of a partner's mails to the caller, with an invented contractor in it."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await introduction_samples.send_test(
            uow,
            context.viewer,
            partner_id=local_id("Partner", input.partner_id),
            template=input.template,
            locale=input.locale,
            industry=input.industry,
            idempotency=context.idempotency(
                input.idempotency_key, "send_test_introduction_mail", input=strawberry.asdict(input)
            ),
            now=context.now,
        )
