"""Which refusals a mutation answers as data; every other one is a fault of ours."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from domain.errors import Refusal, Refused
from resolvers import answered

P = ParamSpec("P")
T = TypeVar("T")


def answers(
    *refusals: type[Refusal],
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T | Refusal]]]:
    """Turn exactly these refusals into members of the mutation's union."""

    def decorate(resolver: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | Refusal]]:
        @wraps(resolver)
        async def answer(*args: P.args, **kwargs: P.kwargs) -> T | Refusal:
            try:
                row = await resolver(*args, **kwargs)
            except Refused as refused:
                if isinstance(refused.reason, refusals):
                    answered.tell(refused.reason.code)
                    answered.refused_about(kwargs.get("input"))
                    return refused.reason
                raise
            answered.made(row)
            return row

        answer.answers = refusals  # type: ignore[attr-defined] # read by the contract test and the REST façade
        return answer

    return decorate
