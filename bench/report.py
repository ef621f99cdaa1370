"""The results as a table for the terminal, and as markdown for docs/bench.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

HEAD = (
    "work",
    "door",
    "rows",
    "api",
    "conns",
    "per s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "api ms/call",
    "PG ms/call",
    "fsync/act",
    "client",
    "failed",
    "books",
)

Line = Mapping[str, Any]


def show(console: Console, results: Mapping[str, Any]) -> None:
    """Print the table and what stands beside it."""
    table = Table(title=f"{results['machine']}, {results['seconds_a_cell']:g} s a cell", title_justify="left")
    for number, name in enumerate(HEAD):
        table.add_column(name, justify="left" if number in {0, 1, 2} else "right")
    for line in results["cells"]:
        table.add_row(*_cells(line), style=None if line["is_honest"] and not line["failures"] else "red")
    console.print(table)
    for words in _remarks(results):
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def markdown(results: Mapping[str, Any]) -> str:
    """Return the same as markdown."""
    lines = [
        (
            f"Measured {results['at']} on {results['machine']}; {results['seconds_a_cell']:g} s a cell, a closed loop from a "
            "process of its own on the same machine; disk flushes on."
        ),
        "",
        f"| {' | '.join(HEAD)} |",
        f"|{'---|' * 3}{'---:|' * (len(HEAD) - 3)}",
        *(f"| {' | '.join(_cells(line))} |" for line in results["cells"]),
        "",
        *(f"- {words}" for words in _remarks(results)),
    ]
    return "\n".join(lines) + "\n"


def _cells(line: Line) -> Sequence[str]:
    slowest = _slowest(line["steps"])
    fsyncs = line["fsyncs_per_act"]
    return (
        line["act"],
        line["door"],
        "hot" if line["is_hot"] else "spread",
        str(line["workers"]),
        str(line["connections"]),
        f"{line['per_second']:.0f}",
        *(f"{slowest[name]:.1f}" for name in ("p50", "p95", "p99")),
        f"{line['api_cpu_ms_per_call']:.2f}",
        f"{line['postgres_cpu_ms_per_call']:.2f}",
        "–" if fsyncs is None else f"{fsyncs:.2f}",
        f"{line['client_cpu_share']:.0%}",
        str(sum(line["failures"].values())),
        "agree" if line["is_honest"] else "DIFFER",
    )


def _slowest(steps: Mapping[str, Line]) -> Line:
    """Return the percentiles of the step with the worst p99: of a checkout, the hold's or the activation's."""
    empty: Line = {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    return max(steps.values(), key=lambda step: step["p99"], default=empty)


def _remarks(results: Mapping[str, Any]) -> list[str]:
    last = results["sell_out"]
    remarks = [
        (
            "A checkout is two calls, a hold and its activation; its percentiles are those of the slower of the two. "
            "CPU is that of the process trees, without the load's; `client` is the load's own share of one core."
        ),
    ]
    if last is not None:
        remarks.append(
            f"The last {last['units']} units, wanted by all connections at once: {last['units_taken']} held, "
            f"{last['units_answered']} answered; the books {'agree' if last['is_honest'] else 'DIFFER'}."
        )
    if results["left_out"]:
        remarks.append(f"Left out for want of time: {'; '.join(results['left_out'])}.")
    failed = {name: number for line in results["cells"] for name, number in line["failures"].items()}
    if failed:
        remarks.append(f"Failures: {', '.join(f'{number} × {name}' for name, number in failed.items())}.")
    return remarks
