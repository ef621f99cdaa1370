"""Runs plans on the engine that runs everything else: same budget, same deadline, same masking."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from graphql import GraphQLSchema

from domain.errors import Forbidden, Refused, Unauthenticated
from permissions.viewer import Viewer
from server.graphql.admission import FOR_GUESTS, FOR_KEYS, PEOPLE_AUDIENCE, Admission, Admitted
from server.graphql.answers import Answer, Presented
from server.graphql.documents import prepare
from server.graphql.registry import REGISTERED, Operation, Registry
from server.graphql.requests import GraphQLRequest
from server.problems import FAULT, INTERNAL, STATUS_OF, Problem
from server.rest.annotations import BadAnnotation
from server.rest.names import snake_case
from server.rest.plans import Plan, plan_of

REST_AUDIENCES = FOR_KEYS | FOR_GUESTS | {PEOPLE_AUDIENCE}
"""Whose operations have REST paths; the others' are for GraphQL alone."""

NOT_FACTS = frozenset({"code", "hint", "requestId"})


class Execute(Protocol):
    """Runs one operation to its one answer (`Engine.execute`); never raises but when it is cancelled."""

    async def __call__(self, request: GraphQLRequest, viewer: Viewer, request_id: str, /) -> Answer: ...


class RestAdmission(Admission):
    """Admits the plans' own documents, asked for by their names: nobody outside can name another."""

    def __init__(self, schema: GraphQLSchema, operations: Iterable[Operation]) -> None:
        """Compile the operations with `@rest`. Raises BadAnnotation, RejectedError: the start ends with it."""
        self.plans: list[Plan] = []
        self._admitted: dict[str, Admitted] = {}
        calls: dict[tuple[str, str], str] = {}
        for operation in operations:
            if operation.audience not in REST_AUDIENCES:
                continue
            plan = plan_of(schema, operation.document, operation.audience)
            if plan is None:
                continue
            other = calls.setdefault((plan.rest.method, plan.rest.path), plan.name)
            if other != plan.name:
                raise BadAnnotation(plan.name, f"{other} is served at this method and path already")
            self.plans.append(plan)
            self._admitted[plan.name] = Admitted(prepare(schema, plan.document, REGISTERED), operation)

    @property
    def admitted(self) -> Iterable[Admitted]:
        """All that can be admitted."""
        return self._admitted.values()

    @classmethod
    def of(cls, schema: GraphQLSchema, registry: Registry) -> "RestAdmission":
        return cls(schema, registry.operations.values())

    async def admit(self, request: GraphQLRequest, viewer: Viewer) -> Admitted:
        """Return the plan's document. Refuses: Unauthenticated, Forbidden."""
        admitted = self._admitted[request.document_id or ""]
        if viewer.is_anonymous and _audience_of(admitted) not in FOR_GUESTS:
            raise Refused(Unauthenticated())
        if viewer.api_key_id is not None and _audience_of(admitted) not in FOR_KEYS:
            raise Refused(Forbidden("This call is a person's: send a token, not an API key."))
        return admitted


def _audience_of(admitted: Admitted) -> str:
    assert admitted.registered is not None
    return admitted.registered.audience


def request_for(plan: Plan, variables: Mapping[str, object]) -> GraphQLRequest:
    return GraphQLRequest(document_id=plan.name, variables=variables)


def problem_in(errors: Iterable[Presented]) -> Problem | None:
    """Return the first error as a problem; a fault among them comes before what was refused."""
    problems = [_problem(error) for error in errors]
    return next((each for each in problems if each.code == INTERNAL), None) or next(iter(problems), None)


def _problem(error: Presented) -> Problem:
    extensions = error["extensions"]
    assert isinstance(extensions, dict)
    code = extensions["code"]
    if code not in STATUS_OF or code == INTERNAL:
        return FAULT
    message = str(error["message"])
    facts = {
        snake_case(name): fact
        for name, fact in extensions.items()
        if name not in NOT_FACTS and fact != message
    }
    return Problem(code, message, extensions.get("hint"), facts)
