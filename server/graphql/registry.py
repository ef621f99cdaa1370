"""The registered operations: `operations/<audience>/*.graphql`, one operation a file, read at start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graphql import DirectiveNode, DocumentNode, GraphQLSchema, Visitor, VisitorAction, visit
from graphql.language import REMOVE

from server.graphql.documents import Documents, Prepared, digest_of, prepare
from server.graphql.errors import RejectedError
from server.graphql.fragments import operations_of
from server.graphql.limits import Limits
from server.graphql.typenames import with_typenames

REGISTERED = Limits(aliases=500, directives=500)
"""What a file of ours may hold: the REST façade takes its names from aliases, its shapes from directives."""


PORTAL_AUDIENCE = "portal"
"""What the portal asks for whoever is signed in."""
GUESTS_AUDIENCE = "guests"
"""What the portal asks for anybody."""
CACHED = frozenset({PORTAL_AUDIENCE, GUESTS_AUDIENCE})
"""The portal keeps answers by type and id, so its operations are answered with both."""


class BrokenOperationError(Exception):
    """A file under `operations/` cannot be served; the process does not start."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One registered operation."""

    id: str
    """SHA-256 of the text, in hexadecimal."""
    audience: str
    name: str
    text: str
    document: DocumentNode
    """As written, with the directives that are only for clients."""
    prepared: Prepared


class Registry:
    """All registered operations, found by id."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self.operations: Mapping[str, Operation] = MappingProxyType(dict(operations))

    @classmethod
    def load(cls, directory: Path, documents: Documents, limits: Limits = REGISTERED) -> "Registry":
        """Read and prepare every operation. Raises BrokenOperationError, which names the file."""
        operations: dict[str, Operation] = {}
        names: dict[tuple[str, str], Path] = {}
        for path in sorted(directory.glob("*/*.graphql")):
            operation = read(path, documents, limits)
            place = names.setdefault((operation.audience, operation.name), path)
            if place != path:
                raise BrokenOperationError(f"{path}: {operation.name} is the name of {place} already")
            operations[operation.id] = operation
        return cls(operations)

    def find(self, reference: str) -> Operation | None:
        """Return the operation with this id, written with or without `sha256:`."""
        return self.operations.get(reference.removeprefix("sha256:").lower())


def read(path: Path, documents: Documents, limits: Limits) -> Operation:
    """Read one file. Raises BrokenOperationError."""
    text = path.read_text("utf-8")
    try:
        document = documents.parse(text)
        meant = without_client_directives(document, documents.schema)
        if path.parent.name in CACHED:
            meant = with_typenames(meant)
        prepared = prepare(documents.schema, meant, limits)
    except RejectedError as rejected:
        problems = "; ".join(str(error["message"]) for error in rejected.answer.errors)
        raise BrokenOperationError(f"{path}: {problems}") from None
    definitions = operations_of(document)
    if len(definitions) != 1 or definitions[0].name is None:
        raise BrokenOperationError(f"{path}: a file has exactly one operation, with a name")
    return Operation(
        id=operation_id(text),
        audience=path.parent.name,
        name=definitions[0].name.value,
        text=text,
        document=document,
        prepared=prepared,
    )


def operation_id(text: str) -> str:
    return digest_of(text)


class ClientDirectives(Visitor):
    """Removes directives the schema does not know: they are notes to the REST façade."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self._known = {directive.name for directive in schema.directives}

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        return None if node.name.value in self._known else REMOVE


def without_client_directives(document: DocumentNode, schema: GraphQLSchema) -> DocumentNode:
    """Return the document as the schema understands it; the one given stays as it is."""
    without: DocumentNode = visit(document, ClientDirectives(schema))
    return without
