"""A selection as one text: what PostgreSQL writes for the rows of a described read, and for all that hangs on them.

What SQL can say (columns, computed columns, rules with a twin, relations, nested reads) is part of the text; what only
Python can say is left as a hole, with the row it is to be made of beside it. The predicates of visibility stand at
every level, and are the very ones the loaders use.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_object_type,
)
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    func,
    inspect,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty
from sqlalchemy.sql.util import ClauseAdapter

from dataloaders.relations import Relation, conditions_of, mapped_of, order_of, pairs_of
from db.paging import Page
from db.queries.computed import computed_of
from db.questions import Asked, Outer
from db.rows import Computed, Described, Embedded, One, Rows
from executor.asks import NOW, Asks
from executor.columns import selecting
from executor.giving_up import Unsupported
from executor.levels import Hole, Level
from executor.pages import PageText
from executor.running import Step
from executor.selections import Selected, Selections
from executor.texts import BAILING, NULL, Part, Text, joined, leaf
from permissions.symbolic import SymbolicViewer
from permissions.visibility import SEEN_WITH, VISIBLE
from schema.sources import Attribute, OfPage, Related, Resolved

ColumnOf = Callable[[Selected], Step]

COMMA: Text = literal_column("','", String)
NOTHING: Text = literal_column("''", String)


class Projection:
    """Builds the statement of one described read with everything selected below it."""

    def __init__(self, selections: Selections, column: ColumnOf, asks: Asks) -> None:
        """`column` compiles a field that is left to Python."""
        self._selections = selections
        self._graph = selections.graph
        self._column = column
        self._asks = asks
        self._levels = 0
        self.holes: list[Hole] = []
        self.models: list[type] = []
        """Of the levels, by their numbers."""

    def statement(self, selected: Selected, asked: Asked[Any]) -> Select[Any]:
        """Return a statement of one row with the text, as bytes; of no row where there is nothing.

        Raises Unsupported.
        """
        number, described = self._asks.traced(asked, None)
        text = self._read(selected, described, number, around=None)
        written = func.convert_to(text.selected_columns[0], literal_column("'UTF8'"))
        return text.with_only_columns(written, maintain_column_froms=True)

    def _read(self, selected: Selected, described: Any, number: int, around: Level | None) -> Select[Any]:
        """Return a select of the text of what is read; that of a list or page is there also when it is empty."""
        if isinstance(described, Page):
            return self._page(selected, described, number, around)
        level = self._level(
            _within(described.statement, around), described.computed, self._type_of(selected, described.model)
        )
        text = joined(self._object(level, selected))
        if isinstance(described, Rows):
            text = joined(["[", func.coalesce(func.string_agg(text, COMMA), NOTHING), "]"])
        elif not isinstance(described, One):
            raise Unsupported(f"a description of {type(described).__name__}")
        return select(text).select_from(level.table)

    def _page(self, selected: Selected, page: Page[Any], number: int, around: Level | None) -> Select[Any]:
        assert selected.field is not None
        parts = PageText(self._selections, selected, self._asks.window(number, page))
        level = self._level(_within(parts.rows(), around), page.computed, parts.node_type)
        return parts.text(
            level, lambda each: joined(self._object(level, each)), counted=_within(page.rows, around)
        )

    def _level(self, rows: Select[Any], computed: Computed, type_: GraphQLObjectType) -> Level:
        """Begin a level over the rows of a statement."""
        model = self._graph.model_of(type_)
        if model is None:
            raise Unsupported(f"{type_.name} stands for no model")
        number = self._levels
        self._levels += 1
        self.models.append(model)
        table = selecting(rows, model, computed).subquery(f"t{number}")
        return Level(number, type_, model, table, self.holes)

    def _object(self, level: Level, selected: Selected) -> list[Part]:
        """Return the text of the level's objects, with the fields selected below a field."""
        parts: list[Part] = []
        for each in self._selections.below(selected, level.graph_type):
            parts += ["," if parts else "", f'"{each.key}":', *self._value(level, each)]
        return [*level.carried(), "{", *parts, "}"]

    def _value(self, level: Level, selected: Selected) -> list[Part]:
        if selected.field is None:
            return [f'"{level.graph_type.name}"']
        try:
            return self._in_sql(level, selected)
        except Unsupported:
            return [level.hole(self._column(selected))]

    def _in_sql(self, level: Level, selected: Selected) -> list[Part]:
        """Return a field's text. Raises Unsupported where only Python has its value."""
        assert selected.field is not None
        source = self._graph.source_of(selected.field)
        match source:
            case None:
                return self._attribute(level, selected, self._graph.field_of(selected.field).python_name)
            case Attribute():
                self._asks.guard(source)
                parts = self._attribute(level, selected, source.name)
                return self._owned(level, source, parts) if source.owner and source.scope else parts
            case Related():
                self._asks.guard(source)
                return [self._related(level, selected, source.relation)]
            case OfPage():
                raise Unsupported("a part of a page outside of one")
            case Resolved():
                return self._resolved(level, selected, source)
        raise Unsupported("a source of another kind")

    def _attribute(self, level: Level, selected: Selected, name: str) -> list[Part]:
        assert selected.field is not None
        return leaf(
            selected.field.type, getattr(level.row, name), is_never_null=level.row.is_never_null(name)
        )

    def _owned(self, level: Level, source: Attribute, parts: list[Part]) -> list[Part]:
        """Let graphql-core refuse a field whose row belongs to a partner the caller has not the scope at."""
        assert source.scope
        if self._asks.run.viewer.may_everywhere(source.scope):
            return parts
        owner = getattr(level.row, source.owner or "")
        theirs = SymbolicViewer(self._asks.run.viewer).partners_with(source.scope)
        return [case((or_(owner.is_(None), owner.in_(theirs)), joined(parts)), else_=BAILING)]

    def _resolved(self, level: Level, selected: Selected, source: Resolved) -> list[Part]:
        """Return the text of what a resolver says of all rows at once: a nested read, or a rule in SQL."""
        asked = self._asks.ask(self._graph, selected, source, level.model)
        if asked is None:
            raise Unsupported("a resolver that looks at its row")
        number, said = self._asks.traced(asked, level)
        if isinstance(said, Described):
            return [func.coalesce(self._read(selected, said, number, level).scalar_subquery(), NULL)]
        assert selected.field is not None
        if not isinstance(said, Embedded):
            is_never_null = asked.question.is_total and all(
                level.row.is_never_null(each.name) for each in asked.values if isinstance(each, Outer)
            )
            return leaf(selected.field.type, said, is_never_null=is_never_null)
        return self._embedded(selected, said)

    def _embedded(self, selected: Selected, embedded: Embedded) -> list[Part]:
        """Return the text of an object that is part of a row."""
        assert selected.field is not None
        type_ = get_nullable_type(selected.field.type)
        if type_ is selected.field.type or not is_object_type(type_):
            raise Unsupported("an embedded object that may be missing")
        parts: list[Part] = []
        for each in self._selections.below(selected, type_):
            parts += ["," if parts else "", f'"{each.key}":']
            if each.field is None:
                parts.append(f'"{type_.name}"')
                continue
            name = self._graph.field_of(each.field).python_name
            if self._graph.source_of(each.field) is not None or name not in embedded:
                raise Unsupported(f"{type_.name}.{name} is not SQL")
            parts += leaf(each.field.type, embedded[name], is_never_null=False)
        return ["{", *parts, "}"]

    def _related(self, level: Level, selected: Selected, relation: Relation) -> Text:
        """Return the text of the row or rows a relation leads to, as far as the caller may see them."""
        mapped = mapped_of(relation)
        model = mapped.mapper.class_
        rows = select(model).where(*conditions_of(mapped))
        if relation not in SEEN_WITH:
            rows = rows.where(VISIBLE[model](self._asks.run.viewer).symbolic())
        target = self._level(
            rows,
            computed_of(model, now=NOW),  # type: ignore[arg-type] # stands for it
            self._type_of(selected, model),
        )
        text = joined(self._object(target, selected))
        joins = and_(
            *(
                getattr(target.row, mapped.mapper.get_property_by_column(far).key)
                == getattr(level.row, inspect(level.model).get_property_by_column(near).key)
                for near, far in pairs_of(mapped)
            )
        )
        if mapped.direction is RelationshipDirection.MANYTOONE or not mapped.uselist:
            one = select(text).select_from(target.table).where(joins).correlate(level.table)
            return func.coalesce(one.scalar_subquery(), NULL)
        order = _adapted(mapped, target.table)
        listed = func.string_agg(text, aggregate_order_by(COMMA, *order) if order else COMMA)
        many = select(listed).select_from(target.table).where(joins).correlate(level.table)
        return joined(["[", func.coalesce(many.scalar_subquery(), NOTHING), "]"])

    def _type_of(self, selected: Selected, model: type) -> GraphQLObjectType:
        """Return the object type that rows of a model have where a field is selected."""
        assert selected.field is not None
        named = get_named_type(selected.field.type)
        if is_abstract_type(named):
            return self._graph.type_of(named, model)
        if not isinstance(named, GraphQLObjectType) or self._graph.model_of(named) is not model:
            raise Unsupported(f"{named} for rows of {model.__name__}")
        return named


def _within(statement: Select[Any], around: Level | None) -> Select[Any]:
    """Let a statement refer to the row around it."""
    return statement if around is None else statement.correlate(around.table)


def _adapted(mapped: RelationshipProperty[Any], table: FromClause) -> list[ColumnElement[Any]]:
    """Return a relation's order, over this table."""
    adapter = ClauseAdapter(table)
    return [adapter.traverse(each) for each in order_of(mapped)]
