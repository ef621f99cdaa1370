"""What an operation costs: a field one point, a page of rows as many times its fields as rows are asked for.

A plan is made once per document, by the types of the schema, and evaluated per request with the variables.
A selection on a connection costs `plain + rows * size`: `totalCount` is asked once, what lies below `nodes`
or `edges` once a row. The size belongs to the field above, so a fragment's two figures serve wherever it is
spread, and every fragment is planned and evaluated once. `@skip` and `@include` are not looked at: the cost
is that of the whole selection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLSchema,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    type_from_ast,
)
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_default_value

from domain.errors import Refused
from server.graphql.fragments import fragments_of, in_order_of_use, operations_of
from server.graphql.refusals import exceeded

SIZES = ("first", "last")
DEFAULT_PAGE = 20
"""Rows of a page where neither the caller nor the schema says how many."""

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageSize:
    """How many rows a field is asked for, by `first` or by `last`."""

    argument: str
    constant: int | None
    """The literal, else what the schema says; None for null."""
    variable: str | None = None
    """The variable that says it, where it has a value."""

    def rows(self, variables: Variables, largest: int) -> int | None:
        """Return the number of rows, None for null. Refuses: LimitExceeded."""
        asked: object = self.constant
        if self.variable is not None and self.variable in variables:
            asked = variables[self.variable]
        # Anything but a whole number is refused when the variables are coerced, a moment later.
        rows = int(asked) if isinstance(asked, int | float) and asked == asked // 1 else None
        if rows is not None and rows > largest:
            raise Refused(exceeded(self.argument, largest, rows))
        return None if rows is None else max(rows, 0)


@dataclass(slots=True)
class Sum:
    """The cost of a selection: what is asked once, what is asked a row, and what is known per request."""

    plain: int = 0
    rows: int = 0
    pages: list["Page"] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)

    def evaluate(
        self, fragments: Mapping[str, tuple[int, int]], variables: Variables, largest: int
    ) -> tuple[int, int]:
        plain, rows = self.plain, self.rows
        for name in self.spreads:
            more_plain, more_rows = fragments.get(name, (0, 0))
            plain += more_plain
            rows += more_rows
        for page in self.pages:
            inner = page.evaluate(fragments, variables, largest)
            if page.is_list:
                rows += inner
            else:
                plain += inner
        return plain, rows


@dataclass(frozen=True, slots=True)
class Page:
    """A field with something below it, whose cost waits for the variables or for a fragment."""

    sizes: tuple[PageSize, ...]
    is_list: bool
    """A list itself: all below it is asked once a row of the page above."""
    inner: Sum

    def evaluate(self, fragments: Mapping[str, tuple[int, int]], variables: Variables, largest: int) -> int:
        plain, rows = self.inner.evaluate(fragments, variables, largest)
        if not self.sizes:
            return plain + rows
        asked = [size.rows(variables, largest) for size in self.sizes]
        size = max((rows for rows in asked if rows is not None), default=DEFAULT_PAGE)
        return (plain + rows) * size if self.is_list else plain + rows * size


@dataclass(frozen=True, slots=True)
class CostPlan:
    """The cost of one operation, as a function of its variables."""

    root: Sum
    defaults: Variables
    fragments: tuple[tuple[str, Sum], ...]
    """Each after those it spreads."""
    largest_page: int

    def cost(self, variables: Variables) -> int:
        """Return the points. Refuses: LimitExceeded for a page larger than the largest."""
        given = {**self.defaults, **variables} if self.defaults else variables
        known: dict[str, tuple[int, int]] = {}
        for name, fragment in self.fragments:
            known[name] = fragment.evaluate(known, given, self.largest_page)
        return sum(self.root.evaluate(known, given, self.largest_page))


def plan_costs(
    schema: GraphQLSchema, document: DocumentNode, largest_page: int
) -> dict[OperationDefinitionNode, CostPlan]:
    """Plan every operation of a valid document. Refuses: LimitExceeded for a literal page size."""
    planner = Planner(schema, largest_page)
    sums = {name: planner.definition(fragment) for name, fragment in fragments_of(document).items()}
    order = in_order_of_use({name: spreads_of(each) for name, each in sums.items()})
    fragments = tuple((name, sums[name]) for name in order)
    return {
        operation: CostPlan(planner.definition(operation), defaults_of(operation), fragments, largest_page)
        for operation in operations_of(document)
    }


def defaults_of(operation: OperationDefinitionNode) -> dict[str, object]:
    """Return the defaults of variables as far as they can be page sizes: whole numbers and null."""
    return {
        each.variable.name.value: int(value.value) if isinstance(value, IntValueNode) else None
        for each in operation.variable_definitions or ()
        if isinstance(value := each.default_value, IntValueNode | NullValueNode)
    }


def spreads_of(selection: Sum) -> list[str]:
    """Return the fragments a selection spreads, at any depth."""
    found: list[str] = []
    waiting = [selection]
    while waiting:
        each = waiting.pop()
        found += each.spreads
        waiting += [page.inner for page in each.pages]
    return found


class Planner:
    """Plans the definitions of a document, each once."""

    def __init__(self, schema: GraphQLSchema, largest_page: int) -> None:
        self._schema = schema
        self._largest_page = largest_page

    def definition(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> Sum:
        if isinstance(definition, OperationDefinitionNode):
            parent = self._schema.get_root_type(definition.operation)
        else:
            parent = type_from_ast(self._schema, definition.type_condition)  # type: ignore[assignment]
        total = Sum()
        if parent is not None:
            self._add(total, parent, definition.selection_set)
        return total

    def _add(self, total: Sum, parent: GraphQLCompositeType, selections: SelectionSetNode) -> None:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self._add_field(total, parent, selection)
            elif isinstance(selection, FragmentSpreadNode):
                total.spreads.append(selection.name.value)
            else:
                condition = getattr(selection, "type_condition", None)
                narrowed = type_from_ast(self._schema, condition) if condition else parent
                self._add(total, narrowed, selection.selection_set)  # type: ignore[attr-defined]

    def _add_field(self, total: Sum, parent: GraphQLCompositeType, node: FieldNode) -> None:
        total.plain += 1
        definition = self._schema.get_field(parent, node.name.value)
        if definition is None or node.selection_set is None:
            return
        named = get_named_type(definition.type)
        if not is_composite_type(named):
            return
        inner = Sum()
        self._add(inner, named, node.selection_set)
        page = Page(self._sizes(definition, node), is_list_type(get_nullable_type(definition.type)), inner)
        if self._waits(page):
            total.pages.append(page)
        elif page.is_list:
            total.rows += page.evaluate({}, {}, self._largest_page)
        else:
            total.plain += page.evaluate({}, {}, self._largest_page)

    def _waits(self, page: Page) -> bool:
        """Tell whether the cost of a field is only known per request; folding the others makes it cheap."""
        return bool(page.inner.pages or page.inner.spreads or any(size.variable for size in page.sizes))

    def _sizes(self, definition: GraphQLField, node: FieldNode) -> tuple[PageSize, ...]:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        return tuple(
            self._size(name, definition, given.get(name)) for name in SIZES if name in definition.args
        )

    def _size(self, name: str, definition: GraphQLField, given: ValueNode | None) -> PageSize:
        if isinstance(given, IntValueNode):
            return PageSize(name, int(given.value))
        default = coerce_default_value(definition.args[name])
        by_schema = None if default is Undefined else default
        if given is None:
            return PageSize(name, by_schema)
        if isinstance(given, VariableNode):
            return PageSize(name, by_schema, given.name.value)
        return PageSize(name, None)
