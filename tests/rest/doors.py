"""Both doors on one graph: the REST façade, and the registered operations by their ids."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.datastructures import Headers

from dataloaders.relations import Loaders
from domain.errors import Refused, Unauthenticated
from domain.request_log import Door
from permissions.viewer import ANONYMOUS, Viewer
from resolvers.context import Context
from schema.roots import build_schema
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

SCHEMA = build_schema()
DOCUMENTS = Documents(SCHEMA._schema)
REGISTRY = Registry.load(ROOT / "operations", DOCUMENTS)
ADMISSION = RestAdmission.of(SCHEMA._schema, REGISTRY)
EXECUTION = CoreExecution(SCHEMA)
PUBLIC_URL = "https://api.interline.example"
DESCRIPTION = Description.of(ADMISSION.plans, public_url=PUBLIC_URL, examples_in=ROOT / "operations" / "ota")

KEYS = derive_keys("k" * 32)


@dataclass
class Lines:
    """The request log's port, in memory."""

    noted: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def note(self, viewer, *, request_id, operation, door, codes, seconds, at):  # noqa: ARG002
        assert door is Door.REST
        self.noted.append((viewer.id, operation, tuple(codes)))


@dataclass
class Doors:
    """What a caller sees. `callers` are viewers by the bearer they send."""

    acts: Acts
    callers: dict[str, Viewer]
    lines: Lines = field(default_factory=Lines)

    def context(self, viewer: Viewer, request_id: str) -> Context:
        sessions, now = self.acts.sessions, self.acts.now
        return Context(
            viewer=viewer,
            request_id=request_id,
            now=now,
            sessions=sessions,
            loaders=Loaders(sessions, viewer, now),
            feed=None,  # type: ignore[arg-type] # no operation of this audience subscribes
            entropy=secrets.token_bytes,
            qr_key=KEYS.qr,
            pepper=KEYS.pepper,
            seal=None,  # type: ignore[arg-type] # nor has a secret to be read again
            is_development=True,
            clock=lambda: self.acts.now,
            after_commit=lambda: None,
        )

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
            call_log=self.lines,
        )
        return Starlette(routes=[*rest_routes(facade, DESCRIPTION), unknown_api_path(facade)])

    def client(self, **options: Any) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app(**options)),
            base_url=PUBLIC_URL,
            headers={"Authorization": "Bearer reseller"},
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
