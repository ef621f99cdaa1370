"""Messages that lie unread are told by mail: once, to whom they are for, unless it has read them meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import select

from db import models
from db.unit_of_work import UnitOfWork
from domain.ids import global_id
from domain.mail import MailTemplate
from domain.support import SupportSide, SupportStatus
from jobs import schedule, support
from permissions.viewer import SCOPES_OF, Role, Viewer
from services import support as acts
from services import support_mail
from tests.factories.onboarding import make_case, make_manager
from tests.factories.partners import make_member, make_partner
from tests.factories.support import make_staff, make_thread
from tests.factories.times import MINUTE, SECOND

TEN_MINUTES = 10 * MINUTE


def viewer_of(user: models.User, role: Role, partner: models.Partner | None = None) -> Viewer:
    """A person as authentication makes it."""
    scopes = SCOPES_OF[role]
    return Viewer(
        id=f"user:{user.id}",
        user_id=user.id,
        scopes=scopes,
        scopes_by_partner={partner.id: scopes} if partner else {},
        platform_scopes=frozenset() if partner else scopes,
    )


class Office:
    """A partner with an owner and two who ask, and an account manager who answers."""

    def __init__(self, work):
        self.work = work

    async def open(self):
        async with self.work.unit_of_work() as uow:
            self.partner = await make_partner(uow.session)
            self.partner.locale = "it"
            self.people = {
                role: await make_member(uow.session, self.partner, role=role)
                for role in (Role.OWNER, Role.SUPPORT, Role.FINANCE, Role.READONLY)
            }
            for role, person in self.people.items():
                person.email, person.name = f"{role.lower()}@victoria.example", role.title()
            self.manager = await make_manager(uow.session)
            await make_case(uow.session, self.partner, manager=self.manager)
            await uow.session.flush()
        return self

    def viewer(self, role):
        return viewer_of(self.people[role], role, self.partner)

    @property
    def staff(self):
        return viewer_of(self.manager, Role.ACCOUNT_MANAGER)

    async def ask(self, role=Role.SUPPORT, **facts):
        author = f"user:{self.people[role].id}"
        async with self.work.unit_of_work() as uow:
            thread = await make_thread(uow.session, self.partner, opened_by=author, **facts)
            (message,) = (
                await uow.session.scalars(
                    select(models.SupportMessage).where(models.SupportMessage.thread_id == thread.id)
                )
            ).all()
            message.author = author
            await uow.session.flush()
        return thread

    async def write(self, viewer, thread, text="An answer"):
        async with self.work.unit_of_work() as uow:
            await acts.post_message(
                uow, viewer, thread_id=thread.id, text=text, idempotency=None, now=self.work.clock()
            )

    async def read(self, viewer, thread):
        async with self.work.unit_of_work() as uow:
            await acts.mark_read(uow, viewer, thread_id=thread.id, number=None, now=self.work.clock())

    async def mails(self):
        async with self.work.sessions.read() as session:
            return list((await session.scalars(select(models.Mail).order_by(models.Mail.recipient))).all())

    async def recipients(self):
        return [each.recipient.partition("@")[0] for each in await self.mails()]


@pytest.fixture
async def office(work):
    return await Office(work).open()


async def test_an_answer_that_lies_unread_is_mailed_to_who_asked(office, work, clock):
    thread = await office.ask()
    await office.write(office.staff, thread, "Holds last 24 hours.\n" + "x" * 400)
    clock.later(TEN_MINUTES - SECOND)
    early = await support.mail_unread(work)
    clock.later(SECOND)

    assert (early, await support.mail_unread(work), await support.mail_unread(work)) == (0, 1, 0)
    (answered,) = await office.mails()
    assert (answered.recipient, answered.locale) == ("support@victoria.example", "it")
    assert answered.template is MailTemplate.SUPPORT_MESSAGE
    assert answered.key == f"support:{thread.id.hex}:2:{office.people[Role.SUPPORT].id.hex}"
    assert answered.facts == {
        "partner": "Victoria Cruises",
        "subject": "Holds expire early",
        "author": "Max",
        "excerpt": "Holds last 24 hours.\n" + "x" * 278 + "…",
        "link": f"/support/{global_id('SupportThread', thread.id)}",
        "name": "Support",
    }


async def test_a_question_that_lies_unread_is_mailed_to_the_account_manager(office, work, clock):
    await office.ask()
    clock.later(TEN_MINUTES)
    await support.mail_unread(work)

    (asked,) = await office.mails()
    assert (asked.recipient, asked.locale) == ("max@interline.example", "en")
    assert (asked.facts["author"], asked.facts["excerpt"]) == ("Vera", "Message 1")


async def test_who_has_read_it_is_not_written_to(office, work, clock):
    thread = await office.ask()
    await office.write(office.staff, thread)
    await office.read(office.viewer(Role.SUPPORT), thread)
    clock.later(TEN_MINUTES)

    assert await support.mail_unread(work) == 1
    # The manager wrote, so it has read the question too.
    assert await office.recipients() == []


async def test_everybody_who_wrote_is_told_and_nobody_else_of_the_team(office, work, clock):
    thread = await office.ask()
    await office.write(office.viewer(Role.FINANCE), thread)
    await office.write(office.staff, thread)
    clock.later(TEN_MINUTES)
    await support.mail_unread(work)

    assert await office.recipients() == ["finance", "support"]


async def test_those_in_charge_are_told_of_what_the_platform_asks_first(office, work, clock):
    async with work.unit_of_work() as uow:
        await make_thread(
            uow.session,
            office.partner,
            opened_by=office.staff.id,
            opened_side=SupportSide.PLATFORM,
            status=SupportStatus.WAITING_FOR_PARTNER,
        )
    clock.later(TEN_MINUTES)
    await support.mail_unread(work)

    assert await office.recipients() == ["owner"]


async def test_who_left_or_may_only_look_on_is_told_no_more(office, work, clock):
    thread = await office.ask()
    await office.write(office.staff, thread)
    async with work.unit_of_work() as uow:
        member = await uow.session.get_one(
            models.PartnerMember, (office.partner.id, office.people[Role.SUPPORT].id)
        )
        member.role = Role.READONLY.value
        await uow.session.flush()
    clock.later(TEN_MINUTES)
    await support.mail_unread(work)

    assert await office.recipients() == ["owner"]


async def test_a_question_goes_to_the_assignee_before_the_account_manager(office, work, clock):
    thread = await office.ask()
    async with work.unit_of_work() as uow:
        taker = await make_staff(uow.session)
        taker.email = "ada@interline.example"
        await acts.assign_thread(uow, office.staff, thread_id=thread.id, assignee_id=taker.id, now=clock.now)
    clock.later(TEN_MINUTES)
    await support.mail_unread(work)

    assert await office.recipients() == ["ada"]


async def test_a_question_nobody_takes_care_of_is_in_the_queue_only(office, work, clock):
    thread = await office.ask()
    async with work.unit_of_work() as uow:
        case = (await uow.session.scalars(select(models.OnboardingCase))).one()
        case.account_manager_id = None
        await uow.session.flush()
    clock.later(TEN_MINUTES)

    assert await support.mail_unread(work) == 1
    assert await office.recipients() == []
    assert thread.assignee_id is None


async def test_each_later_message_is_told_once_more(office, work, clock):
    thread = await office.ask()
    for _ in range(2):
        await office.write(office.staff, thread)
        clock.later(TEN_MINUTES)
        await support.mail_unread(work)

    numbers = [each.key.split(":")[2] for each in await office.mails()]
    assert sorted(numbers) == ["2", "3"]


async def test_many_threads_are_told_in_one_run(office, work, clock):
    for _ in range(support.BATCH + 1):
        await office.ask()
    clock.later(TEN_MINUTES)

    assert await support.mail_unread(work) == support.BATCH + 1
    assert len(await office.mails()) == support.BATCH + 1


async def killed_in_the_middle(work):
    async with work.sessions.write() as session:
        assert await support_mail.mail_unread(UnitOfWork(session), limit=5, now=work.clock()) == 1


async def test_what_was_not_committed_is_done_again(office, work, clock):
    thread = await office.ask()
    clock.later(TEN_MINUTES)
    await killed_in_the_middle(work)

    assert await office.mails() == []
    assert await support.mail_unread(work) == 1
    assert [UUID(each.key.split(":")[1]) for each in await office.mails()] == [thread.id]


def test_it_runs_twice_a_minute():
    assert {each.task.name: each.every_seconds for each in schedule.PERIODIC}["support.mail_unread"] == 30
