"""Jobs that were given up."""

import strawberry

from db import models
from db.paging import Page, Window
from db.queries import dead_letters as queries
from db.questions import Asked
from domain.errors import NotFound
from domain.ids import local_id
from permissions.visibility import visible_dead_letters
from resolvers.context import Info
from resolvers.refusals import answers
from services import dead_letters


@strawberry.input(description="The job to be done again.")
class ReplayDeadLetterInput:
    id: strawberry.ID


def dead_letters_of(
    info: Info,
    *,
    is_open: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Asked[Page[models.DeadLetter]]:
    """Jobs that failed in every try, newest first: those of one's own webhooks; operators see all."""
    return queries.page_dead_letters(
        visible=visible_dead_letters(info.context.viewer),
        window=Window(first, after, last, before),
        is_open=is_open,
    )


@answers(NotFound)
async def replay_dead_letter(info: Info, input: ReplayDeadLetterInput) -> models.DeadLetter:
    """Have a job done again within seconds; a second call answers as the first."""
    context = info.context
    async with context.unit_of_work() as uow:
        return await dead_letters.replay_dead_letter(
            uow, context.viewer, letter_id=local_id("DeadLetter", input.id), now=context.now
        )
