"""Both doors on one graph: the REST façade, and the registered operations by their ids."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.datastructures import Headers

from domain.errors import Refused, Unauthenticated
from permissions.viewer import ANONYMOUS, Viewer
from resolvers.context import Context
from schema.roots import build_schema
from server.context import Contexts
from server.graphql.admission import Admission
from server.graphql.documents import Documents
from server.graphql.engine import Engine
from server.graphql.execution import CoreExecution
from server.graphql.registry import Operation, Registry
from server.graphql.requests import GraphQLRequest
from server.keys import derive_keys
from server.rest.execution import RestAdmission
from server.rest.facade import Facade
from server.rest.openapi import Description
from server.rest.routes import rest_routes, unknown_api_path
from server.settings import ROOT
from tests.fixtures.acts import Acts
from tests.fixtures.storage import STORAGE
from tests.rest.described import Checker

SCHEMA = build_schema()
DOCUMENTS = Documents(SCHEMA._schema)
REGISTRY = Registry.load(ROOT / "operations", DOCUMENTS)
ADMISSION = RestAdmission.of(SCHEMA._schema, REGISTRY)
EXECUTION = CoreExecution(SCHEMA)
PUBLIC_URL = "https://api.interline.example"
DESCRIPTION = Description.of(ADMISSION.plans, public_url=PUBLIC_URL, examples_in=ROOT / "operations")
CHECKER = Checker(DESCRIPTION.document)

KEYS = derive_keys("k" * 32)


@dataclass
class Doors:
    """What a caller sees. `callers` are viewers by the bearer they send."""

    acts: Acts
    callers: dict[str, Viewer]

    def context(self, viewer: Viewer, request_id: str) -> Context:
        return Contexts(
            sessions=self.acts.sessions,
            feed=None,  # type: ignore[arg-type] # no operation of this audience subscribes
            interests=None,  # type: ignore[arg-type] # nothing is shown at these doors that could be reported
            keys=KEYS,
            storage=STORAGE,
            after_commit=lambda: None,
            clock=lambda: self.acts.now,
            is_development=True,
        )(viewer, request_id)

    def engine(self, admission: Admission, **options: Any) -> Engine:
        return Engine(admission=admission, execution=EXECUTION, open_context=self.context, **options)

    async def authenticate(self, headers: Headers, /, *, client: str) -> Viewer:  # noqa: ARG002
        sent = headers.get("authorization")
        if sent is None:
            return ANONYMOUS
        viewer = self.callers.get(sent.removeprefix("Bearer "))
        if viewer is None:
            raise Refused(Unauthenticated("This API key is not known."))
        return viewer

    def app(self, **options: Any) -> Starlette:
        facade = Facade(
            plans=ADMISSION.plans,
            execute=self.engine(ADMISSION, **options).execute,
            authenticate=self.authenticate,
            public_url=PUBLIC_URL,
        )
        return Starlette(routes=[*rest_routes(facade, DESCRIPTION), unknown_api_path(facade)])

    def client(self, caller: str | None = "reseller", **options: Any) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app(**options)),
            base_url=PUBLIC_URL,
            headers={"Authorization": f"Bearer {caller}"} if caller else {},
            event_hooks={"response": [CHECKER.check]},
        )

    async def graphql(self, name: str, variables: Mapping[str, Any], caller: str = "reseller") -> Any:
        """Return the data of a registered operation, run by its id as a caller of /graphql does."""
        engine = self.engine(Admission(DOCUMENTS, REGISTRY))
        request = GraphQLRequest(document_id=operation(name).id, variables=variables)
        answer = await engine.execute(request, self.callers[caller], secrets.token_hex(4))
        assert not answer.errors, answer.errors
        return answer.data


def operation(name: str) -> Operation:
    return next(each for each in REGISTRY.operations.values() if each.name == name)
