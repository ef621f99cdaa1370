"""Statements as text, made once: what a ready statement says, and which values it takes in which order."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ARRAY, BinaryExpression, BindParameter, ClauseElement
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, PGDialect_asyncpg
from sqlalchemy.sql.operators import OperatorType


class ReadyCompiler(PGCompiler_asyncpg):
    """Writes values that are known as literals, and lists that come later as one array.

    What is written out can be planned for: a partial index serves `status = 'ACTIVE'`, never `status = $1`. Such
    values are enums and constants of ours; what callers send is always a parameter.
    """

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> Any:
        """Write a parameter, or the literal of a value that is there already."""
        write: Any = super().visit_bindparam if bindparam.required else self.render_literal_bindparam
        return write(bindparam, *args, **kw)

    def visit_in_op_binary(self, binary: BinaryExpression[Any], _: OperatorType, **kw: Any) -> str:
        """Write `IN` over a parameter as `= ANY ($n)`: the same text for lists of any length."""
        listed, left = binary.right, self.process(binary.left, **kw)
        literal: Any = self.render_literal_value
        if not isinstance(listed, BindParameter):
            return f"{left} IN {self.process(listed, **kw)}"
        if not listed.required:
            literals = (literal(each, binary.left.type) for each in listed.value or ())
            return f"{left} IN ({', '.join(literals)})"
        array = BindParameter(listed.key, type_=ARRAY(binary.left.type))
        return f"{left} = ANY ({self.process(array, **kw)})"


class ReadyDialect(PGDialect_asyncpg):
    """The engine's dialect with our compiler."""

    statement_compiler = ReadyCompiler
    supports_statement_cache = False


DIALECT: Any = cast("Any", ReadyDialect)()


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement's text with `$1 …`, and the names of its parameters in that order."""

    sql: str
    names: tuple[str, ...]


def ready(statement: ClauseElement) -> Ready:
    """Write a statement whose parameters have names and no values yet."""
    compiled: Any = statement.compile(dialect=DIALECT)
    return Ready(str(compiled), tuple(compiled.positiontup or ()))
