"""The figures as tables: for the terminal, and as docs/performance.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.peers.biases import BIASES
from bench.peers.budgets import Verdict, What, judge
from bench.peers.measure import CONNECTIONS
from bench.peers.operations import Operation
from bench.peers.pairing import Cell, Ratio, middle, ratio
from bench.peers.servers import OF_PYTHON, Server

ALONE_BELOW = 0.1
"""Of a core; the product's own worker takes some of it."""
HEAD = (
    "server",
    "req/s",
    "p50 ms",
    "p99 ms",
    "server CPU ms",
    "PG CPU ms",
    "ours ÷ it: req/s",
    "ours ÷ it: CPU",
)


@dataclass(frozen=True, slots=True)
class Results:
    """One run."""

    at: str
    machine: str
    versions: dict[str, str]
    seconds: float
    rounds: int
    operations: Sequence[Operation]
    servers: Sequence[Server]
    bytes_of: dict[str, int]
    """How long our answers are, by operation: the median."""
    idle: dict[str, float]
    cells: Sequence[Cell]

    @property
    def is_clean(self) -> bool:
        """Tell whether every call of every cell was answered as verified."""
        return not any(cell.failures for cell in self.cells)


def show(console: Console, results: Results) -> None:
    """Print a table for each operation, the budgets, and where somebody else is ahead."""
    for operation in results.operations:
        title = f"{operation.name}: {operation.tells} ({results.bytes_of[operation.name] / 1000:.1f} kB)"
        table = Table(title=title, title_justify="left")
        for number, name in enumerate(HEAD):
            table.add_column(name, justify="right" if number else "left")
        for row in _rows(results, operation):
            table.add_row(*row)
        console.print(table)
    for verdict in judge(results.cells):
        style = "green" if verdict.is_met else "bold red"
        console.print(_verdict(verdict), style=style, markup=False, highlight=False, soft_wrap=True)
    for words in (*_defeats(results), _company(results.cells)):
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def markdown(results: Results) -> str:
    """Return the whole document."""
    verdicts = judge(results.cells)
    met = sum(verdict.is_met for verdict in verdicts)
    share = max((cell.load_share for cell in results.cells), default=0.0)
    lines = [
        "# Performance beside others",
        "",
        (
            "Written by `./interline bench-peers`; not by hand. The same database, the same rows, the same operations, "
            f"one process each, {CONNECTIONS} connections in a closed loop from a process of its own on the same machine. "
            f"{results.rounds} rounds over all servers, there and back again, {results.seconds:g} s a cell; every figure "
            "is the median of the rounds, every ratio is taken within a round, and its median told. Before anything was "
            "measured, all of them answered the same."
        ),
        "",
        f"Measured {results.at} on {results.machine}. {_company(results.cells)}",
        "",
        *_failures(results),
        "## Budgets",
        "",
        f"{met} of {len(verdicts)} are met. In brackets the lowest and the highest round.",
        "",
        "| ours by theirs | measured | |",
        "|---|---:|---|",
        *(
            f"| {verdict.budget.words} | {_range(verdict.measured)} | {'met' if verdict.is_met else '**missed**'} |"
            for verdict in verdicts
        ),
        "",
        "## Where somebody else is ahead",
        "",
        *(f"- {words}" for words in _defeats(results) or ["Nowhere."]),
        "",
        "## How far from by hand",
        "",
        (
            "CPU of the server for a request, in µs. *Behind our doors* is the product with the statements by hand in the "
            "place of its executor: it names, authenticates, parses, measures and limits, counts and logs as ours does. "
            "What ours takes more is the graph; what that takes more than the limit are the doors."
        ),
        "",
        "| operation | the limit | behind our doors | ours | ours ÷ the limit | ours ÷ behind our doors |",
        "|---|---:|---:|---:|---:|---:|",
        *(f"| {' | '.join(_distance(results, operation))} |" for operation in results.operations),
        "",
        "## Operations",
        "",
        (
            "CPU is that of whole process trees, per request; the ratio of CPU is that of server and PostgreSQL together. "
            "The texts are in `bench/peers/operations/`."
        ),
        "",
    ]
    for operation in results.operations:
        lines += [
            f"### `{operation.name}`: {operation.tells} ({results.bytes_of[operation.name] / 1000:.1f} kB)",
            "",
            f"| {' | '.join(HEAD)} |",
            f"|---|{'---:|' * (len(HEAD) - 1)}",
            *(f"| {' | '.join(row)} |" for row in _rows(results, operation)),
            "",
        ]
    lines += [
        "## Biases",
        "",
        *(f"- {words}" for words in BIASES),
        (
            f"- While nobody asks, PostgreSQL takes {results.idle['postgres']:.1%} of a core and the product's worker "
            f"{results.idle['worker']:.1%}: its work goes on beside everybody's. The load took at most {share:.0%} of one."
        ),
        "",
        "## Versions",
        "",
        ", ".join(f"{name} {version}" for name, version in results.versions.items()) + ".",
        "",
    ]
    return "\n".join(lines)


def _rows(results: Results, operation: Operation) -> list[tuple[str, ...]]:
    rows = []
    for server in results.servers:
        cells = [cell for cell in results.cells if cell.operation == operation.name]
        figures = [
            middle(cells, operation.name, server, figure)
            for figure in (
                What.PER_SECOND.figure,
                lambda cell: cell.p50_ms,
                lambda cell: cell.p99_ms,
                What.SERVER_CPU.figure,
                lambda cell: cell.postgres_cpu_ms,
            )
        ]
        is_other = server is not Server.OURS
        ratios = [
            ratio(cells, operation.name, server, what.figure) if is_other else None
            for what in (What.PER_SECOND, What.CPU)
        ]
        rows.append(
            (
                server.label,
                *(
                    _number(figure, decimals)
                    for figure, decimals in zip(figures, (0, 1, 1, 3, 3), strict=True)
                ),
                *("–" if each is None else _times(each.median) for each in ratios),
            )
        )
    return rows


def _distance(results: Results, operation: Operation) -> tuple[str, ...]:
    cpu = What.SERVER_CPU.figure
    spent = [
        middle(results.cells, operation.name, server, cpu)
        for server in (Server.LIMIT, Server.DOORS, Server.OURS)
    ]
    ratios = [ratio(results.cells, operation.name, server, cpu) for server in (Server.LIMIT, Server.DOORS)]
    return (
        f"`{operation.name}`",
        *("–" if each is None else f"{each * 1000:.0f}" for each in spent),
        *("–" if each is None else _range(each) for each in ratios),
    )


def _number(figure: float | None, decimals: int) -> str:
    return "–" if figure is None else f"{figure:,.{decimals}f}"


def _range(measured: Ratio) -> str:
    return f"{_times(measured.median)} ({_times(measured.lowest)}–{_times(measured.highest)})"


def _times(factor: float) -> str:
    """Return a factor with two decimals, a small one with three: it is never nothing."""
    return f"{factor:.2f}" if factor >= 0.1 else f"{factor:.3f}"


def _verdict(verdict: Verdict) -> str:
    return f"{'met   ' if verdict.is_met else 'MISSED'}  {verdict.budget.words}: {_range(verdict.measured)}"


def _defeats(results: Results) -> list[str]:
    """Tell by operation who answers more than ours, or takes less CPU for it; the limit is no rival."""
    rivals = [server for server in results.servers if server not in OF_PYTHON]
    told = []
    for operation in results.operations:
        ahead = [words for server in rivals if (words := _ahead(results.cells, operation.name, server))]
        if ahead:
            told.append(f"`{operation.name}`: {'; '.join(ahead)}.")
    return told


def _ahead(cells: Sequence[Cell], operation: str, server: Server) -> str:
    """Return by how much another is ahead of ours; empty where it is not."""
    rate = ratio(cells, operation, server, What.PER_SECOND.figure)
    cpu = ratio(cells, operation, server, What.CPU.figure)
    words = []
    if rate and 0 < rate.median < 1:
        words.append(f"{_times(1 / rate.median)} × the requests")
    if cpu and cpu.median > 1:
        words.append(f"{_times(1 / cpu.median)} × the CPU")
    return f"{server.label} {', '.join(words)}" if words else ""


def _company(cells: Sequence[Cell]) -> str:
    """Tell whether the machine was ours alone."""
    shares = [cell.others_share for cell in cells]
    words = f"What had no part in it took {median(shares):.0%} of a core meanwhile, at most {max(shares):.0%}"
    is_alone = median(shares) < ALONE_BELOW
    return f"{words}." if is_alone else f"{words}: **the machine was not ours alone.**"


def _failures(results: Results) -> list[str]:
    if results.is_clean:
        return []
    told = [
        f"{cell.server.label}, `{cell.operation}`: {sum(cell.failures.values())} × {', '.join(cell.failures)}."
        for cell in results.cells
        if cell.failures
    ]
    return [
        "**Not every call was answered as verified; these figures are not to be used.** " + " ".join(told),
        "",
    ]
