"""A page as one text: its rows with their cursors, what lies beyond it, and how long the whole list is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, get_named_type
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Uuid,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.paging import Keyset
from executor.asks import PageWindow
from executor.giving_up import Unsupported
from executor.levels import Level
from executor.selections import Selected, Selections
from executor.texts import NULL, Part, Text, joined
from schema.sources import OfPage, PagePart

COMMA: Text = literal_column("','", String)
NOTHING: Text = literal_column("''", String)
TRUTHS = {True: "true", False: "false"}
BEYOND = frozenset({PagePart.PAGE_INFO, PagePart.NEXT})
"""Parts that tell what lies beyond the page."""
OF_ROWS = frozenset({PagePart.EDGES, PagePart.NODES})

RowText = Callable[[Selected], Text]
"""Writes the object of a row for the fields selected below a field."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a page, ready to be put together."""

    table: FromClause
    texts: dict[str, Text]
    """Of a row, for each part that lists the rows, by its key."""
    cursor: Text
    order: list[ColumnElement[Any]]
    """Empty where the rows come in their order."""
    is_on_page: ColumnElement[bool]
    """Not the one row more that was read to see whether there is one."""
    number: ColumnElement[int] | None = None
    """From 1, in the order in which they were read; None where nobody asks."""

    def together(self, text: Text) -> Text:
        """Return the rows' texts as the members of a list."""
        separator = aggregate_order_by(COMMA, *self.order) if self.order else COMMA
        members: Any = func.string_agg(text, separator)
        return func.coalesce(members if self.number is None else members.filter(self.is_on_page), NOTHING)

    def nth_cursor(self, *, is_last: bool) -> Text:
        """Return the cursor of the row that was read first, or last; NULL where there is none."""
        assert self.number is not None
        order = self.number.desc() if is_last else self.number.asc()
        cursors: Any = func.array_agg(aggregate_order_by(self.cursor, order), type_=ARRAY(String))
        nth: Text = cursors.filter(self.is_on_page)[1]
        return nth


class PageText:
    """The text of one connection."""

    def __init__(self, selections: Selections, selected: Selected, window: PageWindow) -> None:
        """Raises Unsupported."""
        assert selected.field is not None
        connection = get_named_type(selected.field.type)
        assert isinstance(connection, GraphQLObjectType)
        node_type = get_named_type(connection.fields["nodes"].type)
        if not isinstance(node_type, GraphQLObjectType):
            raise Unsupported("a list of several types")
        self.node_type = node_type
        self._selections = selections
        self._graph = selections.graph
        self._window = window
        self._page = window.page
        self._name = connection.name
        self._selected = [(each, self._part_of(each)) for each in selections.below(selected, connection)]
        parts = {part for _, part in self._selected}
        self._looks_beyond = bool(parts & BEYOND)
        self._needs_rows = bool(parts & (OF_ROWS | BEYOND))

    def rows(self) -> Select[Any]:
        """Return the statement of the rows: one more than the page has, where somebody looks beyond it."""
        page, window = self._page, self._window
        statement = page.rows.where(*window.between()).order_by(
            *page.keyset.order(is_forward=page.window.is_forward)
        )
        return statement.limit(window.longer if self._looks_beyond else window.size)

    def text(self, level: Level, row_text: RowText, counted: Select[Any]) -> Select[Any]:
        """Return the select of the page's text, out of its rows and a statement of the whole list."""
        if not self._needs_rows:
            return select(joined(self._object(None, counted)))
        listed = self._listed(level, row_text)
        if self._looks_beyond:
            listed = self._numbered(level, listed)
        # HAVING: one row, also where nothing of the text is an aggregate.
        return select(joined(self._object(listed, counted))).select_from(listed.table).having(true())

    def _listed(self, level: Level, row_text: RowText) -> Listed:
        cursor = cursor_of(self._page.keyset, level)
        texts = {
            each.key: row_text(each) if part is PagePart.NODES else joined(self._edge(each, row_text, cursor))
            for each, part in self._selected
            if part in OF_ROWS
        }
        is_forward = self._page.window.is_forward
        # A page that is read from its end is turned around.
        order = [] if is_forward else self._order(level, is_forward=True)
        return Listed(level.table, texts, cursor, order, true())

    def _numbered(self, level: Level, listed: Listed) -> Listed:
        number = func.row_number().over(order_by=self._order(level, is_forward=self._page.window.is_forward))
        columns = [text.label(f"j{place}") for place, text in enumerate(listed.texts.values())]
        table = (
            select(number.label("n"), listed.cursor.label("c"), *columns)
            .select_from(level.table)
            .subquery(f"n{level.number}")
        )
        return Listed(
            table,
            {key: table.c[f"j{place}"] for place, key in enumerate(listed.texts)},
            table.c.c,
            [table.c.n.asc() if self._page.window.is_forward else table.c.n.desc()],
            table.c.n <= self._window.size,
            table.c.n,
        )

    def _order(self, level: Level, *, is_forward: bool) -> list[ColumnElement[Any]]:
        columns = [getattr(level.row, column.key) for column in self._page.keyset.columns]
        is_ascending = is_forward is not self._page.keyset.is_descending
        return [column.asc() if is_ascending else column.desc() for column in columns]

    def _object(self, listed: Listed | None, counted: Select[Any]) -> list[Part]:
        parts: list[Part] = []
        for each, part in self._selected:
            parts += ["," if parts else "", f'"{each.key}":']
            if part is None:
                parts.append(f'"{self._name}"')
            elif part is PagePart.TOTAL_COUNT:
                whole = counted.with_only_columns(literal_column("1"), maintain_column_froms=True).subquery()
                parts.append(cast(select(func.count()).select_from(whole).scalar_subquery(), String))
            else:
                assert listed is not None
                parts += self._of_rows(each, part, listed)
        return ["{", *parts, "}"]

    def _of_rows(self, selected: Selected, part: PagePart, listed: Listed) -> list[Part]:
        match part:
            case PagePart.NODES | PagePart.EDGES:
                return ["[", listed.together(listed.texts[selected.key]), "]"]
            case PagePart.PAGE_INFO:
                return self._page_info(selected, listed)
            case _:
                last = _quoted_or_null(listed.nth_cursor(is_last=self._page.window.is_forward))
                return [case((self._has_next(), last), else_=NULL)]

    def _page_info(self, selected: Selected, listed: Listed) -> list[Part]:
        assert selected.field is not None
        type_ = get_named_type(selected.field.type)
        assert isinstance(type_, GraphQLObjectType)
        is_forward = self._page.window.is_forward
        values: dict[str, Part] = {
            "has_next_page": _truth(self._has_next()),
            "has_previous_page": _truth(self._has_previous()),
            "start_cursor": _quoted_or_null(listed.nth_cursor(is_last=not is_forward)),
            "end_cursor": _quoted_or_null(listed.nth_cursor(is_last=is_forward)),
        }
        return self._small_object(selected, type_, values)

    def _edge(self, selected: Selected, row_text: RowText, cursor: Text) -> list[Part]:
        assert selected.field is not None
        type_ = get_named_type(selected.field.type)
        assert isinstance(type_, GraphQLObjectType)
        parts: list[Part] = []
        for each in self._selections.below(selected, type_):
            parts += ["," if parts else "", f'"{each.key}":']
            match each.name:
                case "cursor":
                    parts += ['"', cursor, '"']
                case "node":
                    parts.append(row_text(each))
                case _:
                    parts.append(f'"{type_.name}"')
        return ["{", *parts, "}"]

    def _small_object(
        self, selected: Selected, type_: GraphQLObjectType, values: dict[str, Part]
    ) -> list[Part]:
        parts: list[Part] = []
        for each in self._selections.below(selected, type_):
            parts += ["," if parts else "", f'"{each.key}":']
            if each.field is None:
                parts.append(f'"{type_.name}"')
            else:
                parts.append(values[self._graph.field_of(each.field).python_name])
        return ["{", *parts, "}"]

    def _has_more(self) -> ColumnElement[bool]:
        return func.count() > self._window.size

    def _has_next(self) -> ColumnElement[bool]:
        window = self._page.window
        return self._has_more() if window.is_forward else literal_column(TRUTHS[window.before is not None])

    def _has_previous(self) -> ColumnElement[bool]:
        window = self._page.window
        return literal_column(TRUTHS[window.after is not None]) if window.is_forward else self._has_more()

    def _part_of(self, selected: Selected) -> PagePart | None:
        if selected.field is None:
            return None
        source = self._graph.source_of(selected.field)
        if not isinstance(source, OfPage):
            raise Unsupported("a connection with a field of its own")
        return source.part


def cursor_of(keyset: Keyset, level: Level) -> Text:
    """Write the cursor of a row, as `Keyset.cursor` does. Raises Unsupported for columns of other kinds."""
    parts: list[Part] = []
    for column in keyset.columns:
        value = getattr(level.row, column.key)
        parts.append("," if parts else "")
        if isinstance(value.type, Uuid):
            parts += ['"', cast(value, String), '"']
        elif isinstance(value.type, String):
            parts.append(cast(func.to_json(value), String))
        elif isinstance(value.type, Integer | BigInteger):
            parts.append(cast(value, String))
        else:
            raise Unsupported(f"a cursor of {value.type}")
    array = func.convert_to(joined(["[", *parts, "]"]), literal_column("'UTF8'"))
    # base64 for urls: two other characters, no padding, and no line breaks, which PostgreSQL adds.
    return func.translate(
        func.encode(array, literal_column("'base64'")), literal_column("E'+/=\\n'"), literal_column("'-_'")
    )


def _truth(claim: ColumnElement[bool]) -> Text:
    return cast(claim, String)


def _quoted_or_null(text: Text) -> Text:
    return func.coalesce(joined(['"', text, '"']), NULL)
