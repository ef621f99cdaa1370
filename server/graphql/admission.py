"""Which document a request means, and whether this caller may run it."""

import re
from dataclasses import dataclass

from domain.errors import Forbidden, Refused, Unauthenticated
from permissions.viewer import Scope, Viewer
from server.graphql.automatic import AutomaticOperations
from server.graphql.documents import Documents, Prepared
from server.graphql.refusals import (
    IntrospectionForbidden,
    OperationNotRegistered,
    PersistedQueryMismatch,
    PersistedQueryNotFound,
)
from server.graphql.registry import GUESTS_AUDIENCE, Operation, Registry, operation_id
from server.graphql.requests import GraphQLRequest

KEY_AUDIENCE = "ota"
"""The operations an API key may run."""
PEOPLE_AUDIENCE = "partners"
"""The operations at the REST paths for people; a key may run none of them."""

PUBLIC_AUDIENCE = "public"
"""The operations anybody may run, without a credential, too: what a guest needs to buy."""

SEARCH_AUDIENCE = "search"
"""The operations anybody may run, and keys too: what is sold is found by guests and by resellers."""

FOR_KEYS = frozenset({KEY_AUDIENCE, SEARCH_AUDIENCE})
FOR_GUESTS = frozenset({PUBLIC_AUDIENCE, SEARCH_AUDIENCE, GUESTS_AUDIENCE})

AM_I_THERE = re.compile(r"\s*(?:query\b\s*\w*\s*)?\{\s*__typename\s*\}\s*", re.ASCII)
"""What a caller without a credential may ask besides what is public; decided before anything is parsed."""
LONGEST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document its caller may run."""

    prepared: Prepared
    registered: Operation | None
    """None for ad-hoc texts."""


class Admission:
    """Decides by the caller: keys run their audience's operations, people what they have scopes for."""

    def __init__(
        self, documents: Documents, registry: Registry, automatic: AutomaticOperations | None = None
    ) -> None:
        self._documents = documents
        self._registry = registry
        self._automatic = automatic

    def registered(self, request: GraphQLRequest) -> Operation | None:
        """Return the registered operation a request means, by id, hash, or word for word by text."""
        for reference in (request.document_id, request.persisted_hash):
            if reference is not None:
                return self._registry.find(reference)
        return self._registry.find(operation_id(request.query)) if request.query is not None else None

    async def admit(self, request: GraphQLRequest, viewer: Viewer) -> Admitted:
        """Return what to run. Raises RejectedError with the document's errors.

        Refuses: Unauthenticated, Forbidden, OperationNotRegistered, PersistedQueryNotFound,
        PersistedQueryMismatch, IntrospectionForbidden.
        """
        self._check_hash(request)
        if viewer.is_anonymous:
            return self._admit_anonymous(request)
        operation = self.registered(request)
        if operation is not None:
            if viewer.api_key_id is not None and operation.audience not in FOR_KEYS:
                raise Refused(OperationNotRegistered())
            return Admitted(operation.prepared, operation)
        if viewer.api_key_id is not None or request.document_id is not None:
            raise Refused(OperationNotRegistered())
        if not viewer.may(Scope.AD_HOC):
            raise Refused(Forbidden(f"Operations that are not registered need the scope {Scope.AD_HOC}."))
        prepared = self._documents.prepare(await self._text(request))
        if prepared.introspects and not viewer.may(Scope.INTROSPECT):
            raise Refused(IntrospectionForbidden())
        await self._keep(request)
        return Admitted(prepared, None)

    def _check_hash(self, request: GraphQLRequest) -> None:
        if request.persisted_hash is None or request.query is None:
            return
        if operation_id(request.query) != request.persisted_hash:
            raise Refused(PersistedQueryMismatch())

    def _admit_anonymous(self, request: GraphQLRequest) -> Admitted:
        text = request.query
        if text is None or len(text) > LONGEST_QUESTION or not AM_I_THERE.fullmatch(text):
            operation = self.registered(request)
            if operation is None or operation.audience not in FOR_GUESTS:
                raise Refused(Unauthenticated())
            return Admitted(operation.prepared, operation)
        return Admitted(self._documents.prepare(text), None)

    async def _text(self, request: GraphQLRequest) -> str:
        if request.query is not None:
            return request.query
        assert request.persisted_hash is not None
        found = await self._automatic.find(request.persisted_hash) if self._automatic else None
        if found is None:
            raise Refused(PersistedQueryNotFound())
        return found

    async def _keep(self, request: GraphQLRequest) -> None:
        """Register a text under its hash; only one that is valid, from a caller who may send texts."""
        if request.persisted_hash is not None and request.query is not None and self._automatic:
            await self._automatic.keep(request.persisted_hash, request.query)
