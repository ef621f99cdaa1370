"""Jobs that were given up."""

import datetime as dt
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from db import models
from permissions.viewer import Scope
from resolvers import dead_letters as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.refusals import NotFound
from schema.sources import represents, resolved_by


@strawberry.type(description="A job that failed in every try. Failing again while open, it counts up.")
class DeadLetter(Node):
    is_type_of = represents(models.DeadLetter)

    job: str
    payload: JSON = strawberry.field(description="What the job is given; ids only.")
    error: str = strawberry.field(description="What failed last, without anybody's data.")
    attempts: int
    times: int = strawberry.field(description="How often it was given up while the letter was open.")
    first_at: dt.datetime
    last_at: dt.datetime
    replayed_at: dt.datetime | None = strawberry.field(description="Null while the letter is open.")


ReplayDeadLetterPayload = Annotated[DeadLetter | NotFound, strawberry.union("ReplayDeadLetterPayload")]


@strawberry.type
class DeadLetterQuery:
    dead_letters: Connection[DeadLetter] = resolved_by(resolve.dead_letters_of, scope=Scope.MANAGE_WEBHOOKS)


@strawberry.type
class DeadLetterMutation:
    replay_dead_letter: ReplayDeadLetterPayload = resolved_by(
        resolve.replay_dead_letter, scope=Scope.MANAGE_WEBHOOKS
    )
