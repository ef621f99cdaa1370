"""What is written in an introduction's conversation, and what its mails look like."""

import datetime as dt
from typing import Annotated

import strawberry

from db import models
from domain.envelopes import MailParty
from domain.introduction_mail import MailEventKind, MessageAuthor
from domain.mail import MailTemplate
from integrations.mail.writing import Texts
from permissions.viewer import Scope
from resolvers import introduction_mail as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import Forbidden, IdempotencyConflict, InvalidInput, NotFound
from schema.sources import represents, resolved_by
from services.introduction_samples import TestMail


@strawberry.type(description="A mail that came in to an introduction's conversation.")
class IntroductionMessage(Node):
    is_type_of = represents(models.IntroductionMessage)

    author: MessageAuthor
    sender: str | None = strawberry.field(description="A stranger's address; null for the two parties.")
    text: str = strawberry.field(description="What was new in it, without what it quoted.")
    is_response: bool = strawberry.field(description="Whether it was the answer that was waited for.")
    received_at: dt.datetime


@strawberry.type(description="What became of one mail of an introduction, for one of those it went to.")
class IntroductionMailEvent(Node):
    is_type_of = represents(models.IntroductionMailEvent)

    template: MailTemplate = strawberry.field(description="Which mail.")
    party: MailParty = strawberry.field(description="For whom: the part in the conversation, not the person.")
    kind: MailEventKind
    detail: str = strawberry.field(description="A status code of RFC 3463, or a few words.")
    happened_at: dt.datetime
    received_at: dt.datetime = strawberry.field(description="When we heard of it.")


@strawberry.type(description="A mail to a partner's own address that is of no introduction.")
class PartnerMessage:
    is_type_of = represents(models.PartnerMessage)

    sender: str = strawberry.field(description="Its address; empty where the mail names none, or several.")
    subject: str
    text: str = strawberry.field(description="Without what it quoted, and without attachments.")
    is_forged: bool = strawberry.field(
        description="Whether the sender's domain neither signed it nor sent it: somebody else may have written it."
    )
    is_forwarded: bool = strawberry.field(description="Whether it went on to the partner's inbox.")
    received_at: dt.datetime


@strawberry.type(description="What a mail says.")
class IntroductionMailPreview:
    is_type_of = represents(Texts)

    subject: str
    text: str = strawberry.field(description="Its plain part.")
    html: str = strawberry.field(description="Its HTML part; show it in a frame that may do nothing.")


@strawberry.type(description="A test that is on its way.")
class TestIntroductionMail:
    is_type_of = represents(TestMail)

    template: MailTemplate
    locale: str
    recipient: str = strawberry.field(description="The caller's own address.")


SendTestIntroductionMailPayload = Annotated[
    TestIntroductionMail | NotFound | Forbidden | InvalidInput | IdempotencyConflict,
    strawberry.union("SendTestIntroductionMailPayload"),
]


@strawberry.type
class IntroductionMailQuery:
    partner_messages: Connection[PartnerMessage] = resolved_by(
        resolve.partner_messages, scope=Scope.READ_INTRODUCTIONS
    )
    introduction_mail_preview: IntroductionMailPreview | None = resolved_by(
        resolve.introduction_mail_preview, scope=Scope.READ_INTRODUCTIONS
    )


@strawberry.type
class IntroductionMailMutation:
    send_test_introduction_mail: SendTestIntroductionMailPayload = resolved_by(
        resolve.send_test_introduction_mail, scope=Scope.MANAGE_INTRODUCTIONS
    )
