"""A field whose read PostgreSQL answers: selection and description become one statement, kept for its shape."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from db.questions import Asked
from db.ready import ready
from executor.asks import Asks, Value
from executor.giving_up import Bail, Unsupported
from executor.holes import filled
from executor.levels import Hole
from executor.projection import ColumnOf, Projection
from executor.running import Run
from executor.selections import Selected, Selections
from executor.texts import BAIL

MOST_PLANS = 64
"""Of one field: shapes of what is asked, times shapes of callers."""
BAIL_MARK = BAIL.encode()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that is ready, with where its values come from."""

    sql: str
    values: Sequence[Value]
    checks: Sequence[Value]
    holes: Sequence[Hole]
    models: Sequence[type]


@dataclass(slots=True)
class Plan:
    """What a shape of the root's read, and of the caller, leads to."""

    asks: Asks
    """As the first request had them: which calls to make, which gates to pass."""
    statements: dict[Hashable, Statement]


class Pushed:
    """One selected field, pushed down."""

    def __init__(self, selections: Selections, selected: Selected, column: ColumnOf) -> None:
        self._selections = selections
        self._column = column
        self._selected = selected
        self._plans: dict[Hashable, Plan] = {}
        self.is_possible = True

    async def answer(self, asked: Asked[Any], run: Run) -> Any:
        """Return the field's value as JSON, None where there is no row; NotImplemented where SQL can not say it.

        Raises Bail, and whatever a gate, an argument or a cursor refuses.
        """
        try:
            plan = self._plan(asked, run)
            asking = plan.asks.again(asked, run)
            statement = self._statement(plan, asking, run)
        except Unsupported:
            self.is_possible = False
            return NotImplemented
        for gate in plan.asks.gates:
            gate.admit(run.viewer)
        for check in statement.checks:
            check(run, asking)
        values = [value(run, asking) for value in statement.values]
        records = await run.context.sessions.fetch(statement.sql, values)
        if len(records) > 1:
            raise Bail("several rows where there is one at most")
        text: bytes | None = records[0][0] if records else None
        if text is None:
            return None
        if BAIL_MARK in text:
            raise Bail("a value that is none in GraphQL")
        if statement.holes:
            text = await filled(text, statement.holes, statement.models, run)
        return orjson.Fragment(text)

    def _plan(self, asked: Asked[Any], run: Run) -> Plan:
        key = (asked.shape, run.viewer.shape)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            asks, statement = self._built(asked, run)
            plan = self._plans[key] = Plan(asks, {_shape(asks.asked): statement})
        return plan

    def _statement(self, plan: Plan, asking: Sequence[Any], run: Run) -> Statement:
        if not all(isinstance(each, Asked) for each in asking):
            raise Unsupported("a resolver that asks only sometimes")
        shape = _shape(asking)
        statement = plan.statements.get(shape)
        if statement is None:
            if len(plan.statements) >= MOST_PLANS:
                plan.statements.clear()
            _, statement = self._built(asking[0], run)
            plan.statements[shape] = statement
        return statement

    def _built(self, asked: Asked[Any], run: Run) -> tuple[Asks, Statement]:
        asks = Asks(run, asked)
        projection = Projection(self._selections, self._column, asks)
        written = ready(projection.statement(self._selected, asked))
        statement = Statement(
            sql=written.sql,
            values=[asks.value(name) for name in written.names],
            checks=asks.checks,
            holes=projection.holes,
            models=projection.models,
        )
        return asks, statement


def _shape(asking: Sequence[Asked[Any]]) -> Hashable:
    return tuple([each.shape for each in asking[1:]])
