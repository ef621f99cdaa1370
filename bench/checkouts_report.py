"""The results of `bench-checkout` for the terminal, and as markdown."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Results = Mapping[str, Any]


def show(console: Console, results: Results) -> None:
    """Print what was measured, and every proof."""
    for title, head, rows in _tables(results):
        table = Table(title=title, title_justify="left")
        for number, name in enumerate(head):
            table.add_column(name, justify="left" if number == 0 else "right")
        for row in rows:
            table.add_row(*row, style="red" if row[-1] == "DOES NOT HOLD" else None)
        console.print(table)
    for words in _remarks(results):
        console.print(words, markup=False, highlight=False, soft_wrap=True)


def markdown(results: Results) -> str:
    """Return the same as markdown."""
    parts = [f"Measured {results['at']} on {results['machine']}.", ""]
    for title, head, rows in _tables(results):
        parts += [f"**{title}**", "", f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
        parts += [f"| {' | '.join(row)} |" for row in rows]
        parts.append("")
    parts += [f"- {words}" for words in _remarks(results)]
    return "\n".join(parts) + "\n"


def _tables(results: Results) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    faults = ", with faults" if results["has_faults"] else ""
    summary = [
        ("paid checkouts a minute", f"{results['per_minute']}"),
        ("paid checkouts", f"{results['paid']} in {results['seconds']:.0f} s"),
        (
            "buyer's call to PAID, p50 / p99",
            f"{results['to_paid_ms']['p50']:.0f} / {results['to_paid_ms']['p99']:.0f} ms",
        ),
        ("settled after", _seconds(results["settled_after"])),
    ]
    steps = [
        (name, str(each["calls"]), *(f"{each[which]:.1f}" for which in ("p50", "p95", "p99")))
        for name, each in results["steps"].items()
    ]
    known = {
        name: spent
        for name, spent in results["cpu_ms"].items()
        if not (results["kills"] and name == "worker")
    }
    cpu = [(name, f"{spent:.2f}") for name, spent in known.items()]
    cpu.append(("all", f"{sum(known.values()):.2f}"))
    waiting = [
        (name, str(most), str(results["backlog_at_end"][name]))
        for name, most in results["backlog_at_most"].items()
    ]
    proofs = [
        (
            each["sentence"],
            f"{each['against']}{': ' + each['words'] if each['words'] else ''}",
            "holds" if each["holds"] else "DOES NOT HOLD",
        )
        for each in results["proofs"]
    ]
    title = f"{results['connections']} buyers, {results['workers']} api process(es){faults}"
    return [
        (title, ("what", "figure"), summary),
        ("Steps", ("step", "calls", "p50 ms", "p95 ms", "p99 ms"), steps),
        ("CPU of one paid checkout", ("whose", "ms"), cpu),
        ("Waiting", ("what", "at most", "at the end"), waiting),
        ("Proofs, after it settled", ("proof", "against it", "verdict"), proofs),
    ]


def _remarks(results: Results) -> list[str]:
    remarks = [
        (
            "A checkout counts when it is PAID with a booking, in the database, within the time of the load. "
            "CPU is that of the process trees."
        ),
    ]
    if results["has_faults"]:
        remarks.append(
            f"The worker was killed {results['kills']} times; what it used before it was killed is in nobody's figure. "
            "One call of the provider in twenty failed, half of them after their effect; half of its news came twice, "
            "half late."
        )
    if results["repeated"]:
        remarks.append(f"{results['repeated']} calls were made again by their buyers.")
    if results["failures"]:
        failed = ", ".join(f"{number} × {what}" for what, number in results["failures"].items())
        remarks.append(f"Failures: {failed}.")
    return remarks


def _seconds(after: float | None) -> str:
    return "not within its time" if after is None else f"{after:.1f} s"
