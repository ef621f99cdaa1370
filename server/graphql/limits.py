"""How large a document may be, measured before it is validated.

Linear in the document: every selection is visited once, every fragment is measured once and its measures
are added wherever it is spread. Validation is dear, and some of its rules are worse than linear, so it only
ever sees documents that passed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from server.graphql.fragments import fragments_of, in_order_of_use, operations_of
from server.graphql.refusals import LimitExceeded, exceeded

INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest operation we run, counted with its fragments spread out."""

    depth: int = 15
    """Fields within fields; the introspection query of the usual tools has exactly 15."""
    aliases: int = 50
    directives: int = 50
    fields: int = 1_000
    tokens: int = 4_000
    characters: int = 100_000
    cost: int = 5_000
    page: int = 100
    """The largest `first` or `last`."""


@dataclass(slots=True)
class Measure:
    """What an operation amounts to."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0

    def add(self, other: "Measure", depth: int) -> None:
        """Add what a fragment holds, spread at this depth."""
        self.depth = max(self.depth, depth + other.depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.fields += other.fields

    def over(self, limits: Limits) -> list[LimitExceeded]:
        pairs = (
            ("Depth", limits.depth, self.depth),
            ("Aliases", limits.aliases, self.aliases),
            ("Directives", limits.directives, self.directives),
            ("Fields", limits.fields, self.fields),
        )
        return [exceeded(name, maximum, found) for name, maximum, found in pairs if found > maximum]


@dataclass(slots=True)
class Outline:
    """What one definition holds by itself, and which fragments it spreads at which depth."""

    own: Measure = field(default_factory=Measure)
    spreads: list[tuple[str, int]] = field(default_factory=list)
    introspects: bool = False
    visited: int = 0

    def total(self, fragments: Mapping[str, Measure]) -> Measure:
        total = Measure(self.own.depth, self.own.aliases, self.own.directives, self.own.fields)
        for name, depth in self.spreads:
            if name in fragments:
                total.add(fragments[name], depth)
        return total


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole document: its largest operation, whether it introspects, and the work of finding out."""

    exceeded: tuple[LimitExceeded, ...]
    introspects: bool
    visited: int
    """Selections looked at."""


def survey(document: DocumentNode, limits: Limits) -> Survey:
    """Measure every operation of a parsed document, which may still be invalid or cyclic."""
    outlines = {name: outline(fragment) for name, fragment in fragments_of(document).items()}
    measures: dict[str, Measure] = {}
    for name in in_order_of_use(
        {name: [used for used, _ in each.spreads] for name, each in outlines.items()}
    ):
        measures[name] = outlines[name].total(measures)
    roots = [outline(operation) for operation in operations_of(document)]
    found = {over.limit: over for root in roots for over in root.total(measures).over(limits)}
    everything = [*outlines.values(), *roots]
    return Survey(
        exceeded=tuple(found.values()),
        introspects=any(each.introspects for each in everything),
        visited=sum(each.visited for each in everything),
    )


def outline(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Outline:
    """Measure one definition. Inline fragments add no depth of their own, but hide none either."""
    outline = Outline()
    own = outline.own
    own.directives += len(definition.directives or ())
    for variable in definition.variable_definitions or ():
        own.directives += len(variable.directives or ())
    waiting: list[tuple[SelectionSetNode, int]] = [(definition.selection_set, 0)]
    while waiting:
        selections, depth = waiting.pop()
        for selection in selections.selections:
            outline.visited += 1
            own.directives += len(selection.directives or ())
            if isinstance(selection, FragmentSpreadNode):
                outline.spreads.append((selection.name.value, depth))
                continue
            inner_depth = depth
            if isinstance(selection, FieldNode):
                inner_depth += 1
                own.depth = max(own.depth, inner_depth)
                own.fields += 1
                own.aliases += selection.alias is not None
                outline.introspects |= selection.name.value in INTROSPECTION
            inner: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if inner is not None:
                waiting.append((inner, inner_depth))
    return outline
