"""The REST doors: a request is read into variables, its operation runs, the answer gets the call's shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.errors import Refused, Unauthenticated
from server.graphql.answers import Answer, encode, parsed
from server.graphql.errors import causes, stack
from server.graphql.exchanges import Authenticate, client_of
from server.middleware.request_ids import request_id_of
from server.observability import requests
from server.outages import is_outage
from server.problems import FAULT, OUTAGE, Problem, problem_of, problem_response
from server.rest.annotations import NO_CONTENT
from server.rest.bodies import read_object
from server.rest.execution import Execute, problem_in, request_for
from server.rest.plans import WITH_BODY, Plan
from server.rest.refusals import MethodNotAllowed

log = structlog.get_logger(__name__)

UNSTORED = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Facade:
    """What every call of the façade uses."""

    plans: Sequence[Plan]
    execute: Execute
    authenticate: Authenticate
    public_url: str

    def routes(self) -> list[BaseRoute]:
        """Return a route a path."""
        by_path: dict[str, dict[str, Plan]] = {}
        for plan in self.plans:
            by_path.setdefault(plan.rest.path, {})[plan.rest.method] = plan
        return [Route(path, Calls(self, calls)) for path, calls in by_path.items()]

    def refuse(
        self, request: Request, problem: Problem, headers: Mapping[str, str] | None = None
    ) -> Response:
        return problem_response(
            problem,
            public_url=self.public_url,
            instance=request.url.path,
            request_id=request_id_of(request.scope),
            headers=headers,
        )


class Calls:
    """One path with its methods; an ASGI application, so that every method comes here."""

    def __init__(self, facade: Facade, plans: Mapping[str, Plan]) -> None:
        self._facade = facade
        self._plans = plans
        also = ["HEAD", "OPTIONS"] if "GET" in plans else ["OPTIONS"]
        self._allowed = tuple(sorted([*plans, *also]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        if request.method == "HEAD":
            # The length is that of the body a GET would have.
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        allow = {"Allow": ", ".join(self._allowed)}
        if request.method == "OPTIONS":
            return Response(status_code=NO_CONTENT, headers=allow)
        plan = self._plans.get("GET" if request.method == "HEAD" else request.method)
        if plan is None:
            refusal = MethodNotAllowed(request.method, self._allowed)
            return self._facade.refuse(request, problem_of(refusal), allow)
        return await Call(self._facade, plan, request).answer()


class Call:
    """One call of one operation."""

    def __init__(self, facade: Facade, plan: Plan, request: Request) -> None:
        self._facade = facade
        self._plan = plan
        self._request = request

    async def answer(self) -> Response:
        """Run the call. Whatever happens on the way becomes a problem; what is ours is logged and masked."""
        try:
            outcome = await self._run()
        except Refused as refused:
            outcome = self._plan.in_callers_words(problem_of(refused.reason))
        except ClientDisconnect:
            raise
        except Exception as failure:  # noqa: BLE001 - the door: nothing of ours passes it
            outcome = self._explained(failure)
        return self._facade.refuse(self._request, outcome) if isinstance(outcome, Problem) else outcome

    async def _run(self) -> Response | Problem:
        plan, request = self._plan, self._request
        viewer = await self._facade.authenticate(request.headers, client=client_of(request.scope))
        if viewer.is_anonymous:
            raise Refused(Unauthenticated())
        requests.note(operation=plan.name, viewer_id=viewer.id)
        body = await read_object(request) if plan.rest.method in WITH_BODY else {}
        variables = plan.inputs.variables(request.path_params, request.query_params, request.headers, body)
        answer = await self._facade.execute(
            request_for(plan, variables), viewer, request_id_of(request.scope)
        )
        return self._shaped(answer, variables)

    def _shaped(self, answer: Answer, variables: Mapping[str, object]) -> Response | Problem:
        plan = self._plan
        problem = problem_in(answer.errors)
        if problem is not None:
            return plan.in_callers_words(problem)
        if answer.data is None:
            return FAULT
        found = parsed(answer.data)
        problem = plan.refusal_in(found) or plan.missing_in(found, variables)
        if problem is not None:
            return problem
        if plan.rest.success == NO_CONTENT:
            return Response(status_code=NO_CONTENT, headers=UNSTORED)
        body = plan.shape(found) if plan.shape else found
        location = plan.location_of(body)
        headers = UNSTORED if location is None else {**UNSTORED, "Location": location}
        return Response(encode(body), plan.rest.success, headers, "application/json")

    def _explained(self, failure: Exception) -> Problem:
        """Log what went wrong, and return what the caller is told of it."""
        if is_outage(failure):
            log.warning("rest_outage", operation=self._plan.name, failure=causes(failure))
            return OUTAGE
        log.error(
            "rest_fault",
            request_id=request_id_of(self._request.scope),
            operation=self._plan.name,
            failure=causes(failure),
            stack=stack(failure),
        )
        return FAULT
