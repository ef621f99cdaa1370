"""All subscriptions of a process: who may be told the same is put together, the others run for themselves."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter

from graphql import ExecutionResult

from permissions.viewer import Viewer
from server.graphql.answers import Answer, encode
from server.graphql.errors import failure_answer
from server.graphql.execution import CoreExecution, Executor, RequestErrors, SourceEvent
from server.graphql.groups import Figures, Group, Holds
from server.graphql.outcomes import Observe, Outcomes
from server.graphql.planned import Planned
from server.graphql.sharing import sharing_key, variables_key, without_after
from server.graphql.subscribers import NOTHING_SEEN, Subscriber, Told
from server.middleware.request_ids import new_request_id

LOOK_AFTER_CREDENTIALS_SECONDS = 5.0

OpenContext = Callable[[Viewer, str], object]


class Unnoted:
    """Counts nothing."""

    def subscribed(self, change: int) -> None: ...

    def grouped(self, change: int) -> None: ...

    def delivered(self, events: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Stream:
    """An operation that is run for one caller, or for all who share it. Implements `groups.Source`."""

    planned: Planned
    is_shared: bool
    outcomes: Outcomes
    execution: CoreExecution
    executor: Executor
    open_context: OpenContext

    async def told(self) -> AsyncGenerator[Told, None]:
        """Yield each event's answer, from what is now on. Raises RequestErrors and what the stream raises."""
        planned = self.planned
        context = self.open_context(planned.viewer, planned.request_id)
        events = self.execution.events(planned.prepared, planned.operation.name, planned.variables, context)
        async with aclosing(events):
            async for event in events:
                yield self._written(await self._answer(event))

    async def _answer(self, event: SourceEvent) -> Answer:
        outcomes = self.outcomes
        try:
            async with asyncio.timeout(outcomes.deadline_seconds) as deadline:
                result = await self._executed(event)
        except TimeoutError:
            if not deadline.expired():
                raise
            return outcomes.timed_out()
        return outcomes.executed(result, sequence=event.sequence)

    async def _executed(self, event: SourceEvent) -> ExecutionResult:
        """Run the selection on an event, in a context of its own: each is authorized anew."""
        planned = self.planned
        context = self.open_context(planned.viewer, planned.request_id)
        data = await self.executor.told(
            planned.prepared, planned.operation.name, planned.variables, context, event.value
        )
        return await event.execute(context) if data is None else ExecutionResult(data, None)

    def _written(self, answer: Answer) -> Told:
        try:
            return Told(answer, encode(answer.payload())[:-1])
        except TypeError as failure:
            masked = failure_answer(failure, self.planned.request_id, self.planned.label)
            return Told(answer, encode(masked.payload())[:-1])


class Subscriptions:
    """Starts and ends subscribers' subscriptions. One per engine."""

    def __init__(
        self,
        *,
        execution: CoreExecution,
        executor: Executor,
        open_context: OpenContext,
        holds: Holds,
        observe: Observe,
        figures: Figures,
        deadline_seconds: float,
    ) -> None:
        self._execution = execution
        self._executor = executor
        self._open_context = open_context
        self._holds = holds
        self._observe = observe
        self._figures = figures
        self._deadline_seconds = deadline_seconds
        self._shared: dict[Hashable, Group] = {}
        self._groups: dict[Group, Hashable] = {}

    def start(self, planned: Planned, subscriber: Subscriber) -> None:
        """Tell the subscriber what is now and what comes; its `end` is called when that is over."""
        self._figures.subscribed(1)
        try:
            values = self._execution.coerced(planned.operation, planned.variables)
        except RequestErrors as failure:
            answer = self._outcomes(planned).not_begun(failure)
            self._finished(subscriber, answer)
            subscriber.end(answer)
            return
        plan = planned.operation.stream
        after = values.get(plan.after) if plan.after else None
        subscriber.seen = after if isinstance(after, int) else NOTHING_SEEN
        subscriber.company = self._group(planned)
        subscriber.company.join(subscriber)

    async def run(self, every_seconds: float = LOOK_AFTER_CREDENTIALS_SECONDS) -> None:
        """End what a credential had opened also where nothing happens, until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            for group in list(self._groups):
                try:
                    await group.part_from_ended()
                except Exception as failure:  # noqa: BLE001 - asked again in a moment; an event asks for itself
                    failure_answer(failure, "credentials")

    def _group(self, planned: Planned) -> Group:
        """Return the group that is told what was planned; a new one where there is none, or none may be."""
        by = planned.operation.stream.shared_by
        if by is None:
            return self._new_group(planned, None)
        variables = without_after(planned.operation.stream, known_variables(planned))
        key = (planned.operation, variables_key(variables), sharing_key(by, planned.viewer))
        group = self._shared.get(key)
        if group is not None:
            return group
        viewer = planned.viewer.shared(by)
        common = replace(
            planned, variables=variables, viewer=viewer, request_id=new_request_id(), extensions={}
        )
        group = self._shared[key] = self._new_group(common, key)
        return group

    def _new_group(self, planned: Planned, key: Hashable) -> Group:
        stream = Stream(
            planned=planned,
            is_shared=key is not None,
            outcomes=self._outcomes(planned),
            execution=self._execution,
            executor=self._executor,
            open_context=self._open_context,
        )
        group = Group(
            stream,
            holds=self._holds,
            figures=self._figures,
            ended=self._forget,
            finished=self._finished,
        )
        self._groups[group] = key
        return group

    def _outcomes(self, planned: Planned) -> Outcomes:
        return Outcomes(planned.request_id, planned.label, self._deadline_seconds)

    def _forget(self, group: Group) -> None:
        key = self._groups.pop(group, None)
        if key is not None:
            del self._shared[key]

    def _finished(self, subscriber: Subscriber, answer: Answer | None) -> None:
        self._figures.subscribed(-1)
        if answer is not None:
            subscriber.codes = tuple(dict.fromkeys((*subscriber.codes, *answer.codes)))
        seconds = perf_counter() - subscriber.began
        subscriber.context.run(self._observe, subscriber.label, "subscription", seconds, subscriber.codes)


def known_variables(planned: Planned) -> Mapping[str, object]:
    """Return the variables the operation has; what else was sent makes no difference."""
    names = planned.operation.variable_names
    return {name: value for name, value in planned.variables.items() if name in names}
