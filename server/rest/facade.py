"""The REST doors: a request is read into variables, its operation runs, the answer gets the call's shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from domain.errors import Refused, Unauthenticated
from server import answering
from server.graphql.admission import FOR_GUESTS
from server.graphql.answers import Answer, encode, parsed
from server.graphql.errors import causes, stack
from server.graphql.exchanges import Authenticate, ClientGoneError, client_of
from server.headers import headers_of
from server.middleware.request_ids import request_id_of
from server.observability import requests
from server.outages import is_outage
from server.problems import FAULT, OUTAGE, Problem, problem_of, problem_response
from server.rest.annotations import NO_CONTENT
from server.rest.bodies import read_object
from server.rest.execution import Execute, problem_in, request_for
from server.rest.plans import WITH_BODY, Plan
from server.rest.query_strings import parameters_of
from server.rest.refusals import MethodNotAllowed

log = structlog.get_logger(__name__)

UNSTORED = (b"cache-control", b"no-store")
JSON = (b"content-type", b"application/json")


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
        # What is named comes before what may be any id.
        paths = sorted(by_path, key=lambda path: "{" in path)
        return [Route(path, Calls(self, by_path[path])) for path in paths]

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


class Success:
    """The answer to a call that was done: what Starlette's `Response` would be, for JSON or nothing."""

    __slots__ = ("_headers", "_status", "body")

    def __init__(self, status: int, body: bytes = b"", location: str | None = None) -> None:
        self.body = body
        self._status = status
        self._headers = [UNSTORED]
        if status != NO_CONTENT:
            self._headers += [JSON, (b"content-length", b"%d" % len(body))]
        if location is not None:
            self._headers.append((b"location", location.encode("latin-1")))

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await answering.answer(scope, send, self._status, self._headers, self.body)


class Calls:
    """One path with its methods; an ASGI application, so that every method comes here."""

    def __init__(self, facade: Facade, plans: Mapping[str, Plan]) -> None:
        self._facade = facade
        self._plans = plans
        also = ["HEAD", "OPTIONS"] if "GET" in plans else ["OPTIONS"]
        self._allowed = tuple(sorted([*plans, *also]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except ClientGoneError:
            return
        if scope["method"] == "HEAD":
            # The length is that of the body a GET would have.
            answer.body = b""
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Success | Response:
        method: str = scope["method"]
        plan = self._plans.get("GET" if method == "HEAD" else method)
        if plan is not None:
            return await Call(self._facade, plan, scope, receive).answer()
        allow = {"Allow": ", ".join(self._allowed)}
        if method == "OPTIONS":
            return Response(status_code=NO_CONTENT, headers=allow)
        return self._facade.refuse(Request(scope), problem_of(MethodNotAllowed(method, self._allowed)), allow)


class Call:
    """One call of one operation."""

    __slots__ = ("_facade", "_headers", "_plan", "_receive", "_scope")

    def __init__(self, facade: Facade, plan: Plan, scope: Scope, receive: Receive) -> None:
        self._facade = facade
        self._plan = plan
        self._scope = scope
        self._receive = receive
        self._headers = headers_of(scope)

    async def answer(self) -> Success | Response:
        """Run the call. Whatever happens on the way becomes a problem; what is ours is logged and masked."""
        try:
            outcome = await self._run()
        except Refused as refused:
            outcome = self._plan.in_callers_words(problem_of(refused.reason))
        except ClientGoneError:
            raise
        except Exception as failure:  # noqa: BLE001 - the door: nothing of ours passes it
            outcome = self._explained(failure)
        return self._facade.refuse(Request(self._scope), outcome) if isinstance(outcome, Problem) else outcome

    async def _run(self) -> Success | Problem:
        plan, scope = self._plan, self._scope
        viewer = await self._facade.authenticate(self._headers, client=client_of(scope))
        if viewer.is_anonymous and plan.audience not in FOR_GUESTS:
            raise Refused(Unauthenticated())
        requests.note(operation=plan.name, viewer_id=viewer.id)
        body = await read_object(self._receive, self._headers) if plan.rest.method in WITH_BODY else {}
        variables = plan.inputs.variables(
            scope.get("path_params", {}), parameters_of(scope["query_string"]), self._headers, body
        )
        answer = await self._facade.execute(request_for(plan, variables), viewer, request_id_of(scope))
        return self._shaped(answer, variables)

    def _shaped(self, answer: Answer, variables: Mapping[str, object]) -> Success | Problem:
        plan = self._plan
        problem = problem_in(answer.errors) if answer.errors else None
        if problem is not None:
            return plan.in_callers_words(problem)
        if answer.data is None:
            return FAULT
        found = parsed(answer.data)
        problem = plan.refusal_in(found) or plan.missing_in(found, variables)
        if problem is not None:
            return problem
        if plan.rest.success == NO_CONTENT:
            return Success(NO_CONTENT)
        body = plan.shape(found) if plan.shape else found
        return Success(plan.rest.success, encode(body), plan.location_of(body))

    def _explained(self, failure: Exception) -> Problem:
        """Log what went wrong, and return what the caller is told of it."""
        if is_outage(failure):
            log.warning("rest_outage", operation=self._plan.name, failure=causes(failure))
            return OUTAGE
        log.error(
            "rest_fault",
            request_id=request_id_of(self._scope),
            operation=self._plan.name,
            failure=causes(failure),
            stack=stack(failure),
        )
        return FAULT
