"""The subscriptions' results as a table for the terminal, and as markdown for docs/bench.md."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

HEAD = (
    "server",
    "deliveries/s",
    "CPU µs each",
    "KiB/connection",
    "p50 ms",
    "p99 ms",
    "arrived",
    "opened in s",
    "server",
    "client",
)
OURS, DEFAULT = "Interline", "Strawberry default"

Results = Mapping[str, Any]


def show(console: Console, results: Results) -> None:
    """Print the table and what stands beside it."""
    table = Table(title=_title(results), title_justify="left")
    for number, name in enumerate(HEAD):
        table.add_column(name, justify="right" if number else "left")
    for server in (OURS, DEFAULT):
        table.add_row(*_cells(_of(results, server)))
    console.print(table)
    for words in _remarks(results):
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def markdown(results: Results) -> str:
    """Return the same as markdown."""
    lines = [
        f"Measured {results['at']}: {_title(results)}.",
        "",
        f"| {' | '.join(HEAD)} |",
        f"|---|{'---:|' * (len(HEAD) - 1)}",
        *(f"| {' | '.join(_cells(_of(results, server)))} |" for server in (OURS, DEFAULT)),
        "",
        *(f"- {words}" for words in _remarks(results)),
    ]
    return "\n".join(lines) + "\n"


def _title(results: Results) -> str:
    rounds = len(_of(results, OURS))
    return f"{results['machine']}; {results['sockets']} sockets on one process, {rounds} × {results['seconds']:g} s, medians"


def _of(results: Results, server: str) -> list[Results]:
    return [each for each in results["rounds"] if each["server"] == server]


def _cells(rounds: Sequence[Results]) -> Sequence[str]:
    steady = [each["steady"] for each in rounds]
    memory = [each["kib_per_connection"] for each in rounds if each["kib_per_connection"] is not None]
    return (
        rounds[0]["server"],
        f"{median(each['per_second'] for each in rounds):.0f}",
        f"{median(each['cpu_us_per_delivery'] for each in rounds):.1f}",
        f"{memory[0]:.1f}" if memory else "–",
        f"{median(each['p50'] for each in steady):.1f}",
        f"{median(each['p99'] for each in steady):.1f}",
        f"{sum(each['deliveries'] for each in steady) / sum(each['expected'] for each in steady):.0%}",
        f"{rounds[0]['opened_seconds']:.1f}",
        f"{median(each['server_share'] for each in rounds):.0%}",
        f"{median(each['client_share'] for each in rounds):.0%}",
    )


def _remarks(results: Results) -> list[str]:
    ours, default = _of(results, OURS), _of(results, DEFAULT)
    pairs = list(zip(ours, default, strict=True))
    faster = median(one["per_second"] / other["per_second"] for one, other in pairs)
    cheaper = median(other["cpu_us_per_delivery"] / one["cpu_us_per_delivery"] for one, other in pairs)
    remarks = [
        f"Paired medians: {faster:.1f} × the deliveries a second of Strawberry's default, at 1/{cheaper:.1f} of its CPU.",
        (
            "Age is from the news in Redis to the arrival, at 4,000 deliveries a second; what is missing from 100 % was "
            "overtaken by a newer state. `server` and `client` are the shares of a core used at the most deliveries."
        ),
        "Strawberry's server has no database, no authentication and no middleware: its state comes with the news.",
    ]
    holds = [each["by_holds"] for each in ours if each["by_holds"]]
    if holds:
        remarks.append(
            f"By real holds, from the request of the hold to the arrival: p50 {median(each['p50'] for each in holds):.1f} ms, "
            f"p99 {median(each['p99'] for each in holds):.1f} ms."
        )
    failed = [
        f"{each['server']}: {each['lost']} lost, {each['failures']}"
        for each in results["rounds"]
        if each["lost"]
    ]
    return [*remarks, *failed]
