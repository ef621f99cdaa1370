"""A registered operation as a REST call: everything about it that can be known at start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from graphql import (
    DocumentNode,
    GraphQLInputType,
    GraphQLSchema,
    Undefined,
    Visitor,
    print_ast,
    type_from_ast,
    value_from_ast,
    visit,
)
from graphql.language import ast

from domain.errors import NotFound
from server.problems import Problem, problem_of
from server.rest.annotations import (
    NO_CONTENT,
    BadAnnotation,
    Rest,
    names_in,
    operation_of,
    rest_of,
    without_annotations,
)
from server.rest.inputs import HEADER_OF, Inputs, Member, member
from server.rest.names import SNAKE, snake_case, words
from server.rest.selections import Selected, Selection
from server.rest.shaping import Shape, members_of, shape_of
from server.rest.unions import MARK, RefusalShape, refusals_of, without_refusals

N = TypeVar("N", bound=ast.Node)

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Plan:
    """One call. `document` is what runs: without annotations, with the refusals' fragments."""

    name: str
    audience: str
    about: str
    rest: Rest
    inputs: Inputs
    root: Selected
    chain: tuple[Selected, ...]
    """From the root to the one object of the call, each flattened to the next; mostly the root alone."""
    refusals: Mapping[str, RefusalShape]
    document: DocumentNode
    members: Mapping[str, Selected]
    """The members of a success's body; empty for one without a body."""
    shape: Shape | None
    renamed: Mapping[str, str]
    """Names of the graph's arguments -> the caller's names, where they differ: `first` is `limit`."""

    @property
    def text(self) -> str:
        return print_ast(self.document)

    def refusal_in(self, found: Mapping[str, Any]) -> Problem | None:
        """Return the refusal which the root field answered, if it did."""
        answered = found[self.root.name]
        if isinstance(answered, dict) and MARK in answered:
            return self.in_callers_words(self.refusals[answered[MARK]].problem(answered))
        return None

    @property
    def answered(self) -> Selected:
        """The one object of the call: the root field, or what it is flattened to, `partner` of `viewer`."""
        return self.chain[-1]

    @property
    def may_be_missing(self) -> bool:
        return any(each.is_flattened and each.is_nullable for each in self.chain)

    def missing_in(self, found: Mapping[str, Any], variables: Mapping[str, object]) -> Problem | None:
        """Return NOT_FOUND where the one object of the call is null."""
        inside: Any = found
        for each in self.chain:
            inside = inside[each.name]
            if inside is None and each.is_flattened:
                named = next((str(variables[name]) for name in self._naming if name in variables), "")
                return problem_of(NotFound(noun=words(self.answered.name), id=named))
        return None

    def in_callers_words(self, problem: Problem) -> Problem:
        """Return the problem with its field called as the caller calls it."""
        field = problem.facts.get("field")
        if not isinstance(field, str) or field not in self.renamed:
            return problem
        name = self.renamed[field]
        detail = (
            name + problem.detail.removeprefix(field) if problem.detail.startswith(field) else problem.detail
        )
        return replace(problem, detail=detail, facts={**problem.facts, "field": name})

    def location_of(self, body: Mapping[str, Any]) -> str | None:
        return self.rest.location.format_map(body) if self.rest.location else None

    @property
    def _naming(self) -> tuple[str, ...]:
        required = tuple(name for name, each in self.inputs.query.items() if each.is_required)
        return self.rest.path_parameters + required


def plan_of(schema: GraphQLSchema, document: DocumentNode, audience: str) -> Plan | None:
    """Compile an operation; None for one without `@rest`. Raises BadAnnotation."""
    document = without_refusals(document)
    operation = operation_of(document)
    rest = rest_of(operation)
    if rest is None:
        return None
    name = operation.name.value if operation.name else ""
    root = Selection(schema, document).root()
    refusals = refusals_of(root, name)
    inside = {root.name: root}
    members = {} if rest.success == NO_CONTENT else members_of(inside, name)
    for each in names_in(rest.location or ""):
        if each not in members:
            raise BadAnnotation(name, f"the location names {each}, which the answer has not")
    return Plan(
        name=name,
        audience=audience,
        about=operation.description.value if operation.description else root.definition.description or "",
        rest=rest,
        inputs=_inputs(schema, operation, rest, name),
        root=root,
        chain=tuple(_chain(root)),
        refusals=refusals,
        document=_with_fragments(without_annotations(document), refusals),
        members=members,
        shape=shape_of(inside, name),
        renamed=_renamed(operation),
    )


def _chain(root: Selected) -> Iterator[Selected]:
    """Yield the root, and what is inside as long as that is one flattened object and nothing else."""
    yield root
    if root.is_flattened and len(root.inside) == 1:
        only = next(iter(root.inside.values()))
        if only.is_flattened and only.inside and not only.is_conditional:
            yield from _chain(only)


def _inputs(
    schema: GraphQLSchema, operation: ast.OperationDefinitionNode, rest: Rest, operation_name: str
) -> Inputs:
    names = _Names()
    visit(operation, names)
    found = {}
    for each in operation.variable_definitions or ():
        name = each.variable.name.value
        if not SNAKE.fullmatch(name):
            raise BadAnnotation(operation_name, f"${name} is not in snake_case")
        type_ = cast("GraphQLInputType", type_from_ast(schema, each.type))
        default = Undefined if each.default_value is None else value_from_ast(each.default_value, type_)
        found[name] = member(
            name,
            type_,
            default,
            is_page_size=names.found.get("first", names.found.get("last")) == name,
        )
    try:
        path = tuple(found.pop(name) for name in rest.path_parameters)
    except KeyError as error:
        raise BadAnnotation(operation_name, f"the path names {error}, which is no variable") from None
    headers = tuple(found.pop(name) for name in HEADER_OF if name in found)
    nothing: dict[str, Member] = {}
    query, body = (nothing, found) if rest.method in WITH_BODY else (found, nothing)
    return Inputs(path=path, query=query, headers=headers, body=body)


def _renamed(operation: ast.OperationDefinitionNode) -> dict[str, str]:
    collector = _Names()
    visit(operation, collector)
    return collector.found


class _Names(Visitor):
    """Collects the arguments and input fields that get a variable of another name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def _note(self, node: ast.ArgumentNode | ast.ObjectFieldNode, *_: object) -> None:
        if isinstance(node.value, ast.VariableNode):
            graph_name, name = snake_case(node.name.value), node.value.name.value
            if graph_name not in {name, "if"}:
                self.found[graph_name] = name

    enter_argument = _note
    enter_object_field = _note


def _with_fragments(document: DocumentNode, refusals: Mapping[str, RefusalShape]) -> DocumentNode:
    """Return the document with the refusals' fragments inside its root field."""
    if not refusals:
        return document
    operation = operation_of(document)
    field = cast("ast.FieldNode", operation.selection_set.selections[0])
    asked = (*_selections(field), *(each.fragment() for each in refusals.values()))
    field = _replaced(field, selection_set=ast.SelectionSetNode(selections=asked))
    operation = _replaced(operation, selection_set=ast.SelectionSetNode(selections=(field,)))
    others = tuple(each for each in document.definitions if not isinstance(each, ast.OperationDefinitionNode))
    return DocumentNode(definitions=(operation, *others))


def _selections(field: ast.FieldNode) -> tuple[ast.SelectionNode, ...]:
    return tuple(field.selection_set.selections) if field.selection_set else ()


def _replaced(node: N, **changes: object) -> N:
    """Return a copy: the original is the registry's."""
    return type(node)(**{key: getattr(node, key) for key in node.keys if key != "loc"} | changes)
