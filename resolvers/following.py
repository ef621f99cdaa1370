"""What every subscription to one object's states has in common."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

from services.ports import Feed


class State(Protocol):
    """What an object is at a time; each change counts its `sequence` up."""

    @property
    def sequence(self) -> int: ...


S = TypeVar("S", bound=State)


async def follow(
    feed: Feed, object_id: UUID | None, load: Callable[[UUID], Awaitable[S | None]], after: int | None
) -> AsyncGenerator[S, None]:
    """Yield the object as it is now, then after every change, each state with a greater sequence; `after` skips.

    Nothing where there is no object, or none the caller may see; the end where it is seen no more. It listens before
    it looks, so that no change falls between the two.
    """
    if object_id is None:
        return
    seen = -1 if after is None else after
    async with feed.listen(object_id) as news:
        state = await load(object_id)
        while state is not None:
            if state.sequence > seen:
                seen = state.sequence
                yield state
            async for sequence in news:
                if sequence > seen:
                    break
            state = await load(object_id)
