"""The dry run of an import: rows are read and judged outside any unit of work; `import_work` writes down what came of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db.models.properties import values_of
from db.queries import imports as queries
from db.queries import properties as property_queries
from db.session import Sessions
from domain.import_checks import CheckedRow, Earlier, check_row, code_of, known_of
from domain.import_rows import Repair, RowReading, read_row
from domain.imports import RowOutcome
from domain.mapping import Plan
from domain.properties import PropertyField
from domain.rules.portfolio import Known, Portfolio, Prices
from services.import_leases import Leased

F = PropertyField

PLACED = (F.EXTERNAL_CODE, F.NAME, F.CITY, F.LATITUDE, F.LONGITUDE)
PRICED = frozenset({F.NIGHTLY_PRICE, F.CURRENCY, F.COUNTRY})

Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row with its number, its cells and what they were read as."""

    number: int
    cells: list[str]
    reading: RowReading


@dataclass(frozen=True, slots=True)
class KnownRows:
    """What is there of the codes of a batch: the partner's properties, and the rows above."""

    properties: Mapping[str, Mapping[PropertyField, Any]]
    earlier: Mapping[str, Earlier]


@dataclass(slots=True)
class Checking:
    """One run of a dry run, with what it knows of the rows above and of the partner's properties."""

    plan: Plan
    repair: Repair
    known: list[Known]
    prices: list[tuple[str, int]]
    portfolio: Portfolio = field(default_factory=Portfolio)
    """Empty until `learn` was called."""

    def learn(self, rows: Iterable[Numbered]) -> None:
        """Get to know what rows are compared with: what is there, and the prices of all rows of the file.

        Each price is compared with all of them, not only with those above it.
        """
        if self.wants_prices:
            columns = tuple(each for each in self.plan.columns if each.target and each.target.field in PRICED)
            priced = replace(self.plan, columns=columns)
            for _, cells in rows:
                values = read_row(priced, cells, self.repair).values
                currency, amount = values.get(F.CURRENCY), values.get(F.NIGHTLY_PRICE)
                if isinstance(currency, str) and isinstance(amount, int) and amount > 0:
                    self.prices.append((currency, amount))
        # Made once: with what is known of 50,000 rows it takes 80 MB.
        self.portfolio = Portfolio(self.known, Prices.by_currency(self.prices))
        self.known, self.prices = [], []

    @property
    def wants_prices(self) -> bool:
        return any(each.target and each.target.field is F.NIGHTLY_PRICE for each in self.plan.columns)

    def read(self, rows: Sequence[Numbered]) -> list[ReadRow]:
        """Read the cells of rows."""
        return [ReadRow(number, cells, read_row(self.plan, cells, self.repair)) for number, cells in rows]

    def judge(self, rows: Sequence[ReadRow], known: KnownRows) -> list[CheckedRow]:
        """Judge rows that were read, in their order."""
        return list(self._judge(rows, known))

    def _judge(self, rows: Sequence[ReadRow], known: KnownRows) -> Iterator[CheckedRow]:
        earlier = dict(known.earlier)
        for row in rows:
            code = code_of(row.reading) or ""
            checked = check_row(
                row.number,
                row.cells,
                row.reading,
                before=known.properties.get(code),
                earlier=earlier.get(code),
                portfolio=self.portfolio,
            )
            if code:
                earlier.setdefault(code, Earlier(row.number, checked.digest))
            if checked.outcome is not RowOutcome.REJECTED and (told := known_of(checked.told)) is not None:
                self.portfolio.add(told)
            yield checked


async def begin(sessions: Sessions, leased: Leased, *, repair: Repair) -> Checking:
    """Begin a run, or go on where another was interrupted: the rows above are known again."""
    async with sessions.read() as session:
        there = await property_queries.known_properties(session, leased.partner_id)
        prices = await queries.prices_of(session, leased.partner_id)
        for told in await queries.told_places(session, leased.id):
            values = dict(zip(PLACED, told, strict=True))
            if (each := known_of(values)) is not None:
                there.append(each)
    return Checking(leased.plan, repair, there, list(prices))


async def known(sessions: Sessions, leased: Leased, rows: Sequence[ReadRow]) -> KnownRows:
    """Load what is there of the codes of some rows."""
    codes = {code for row in rows if (code := code_of(row.reading))}
    async with sessions.read() as session:
        properties = await property_queries.properties_by_codes(session, leased.partner_id, codes)
        earlier = await queries.earlier_rows(session, leased.id, codes)
    values = {code: values_of(row) for code, row in properties.items()}
    return KnownRows(values, {code: Earlier(number, digest) for code, number, digest in earlier})
