"""What a person sees of the day: a bar on a terminal, plain lines elsewhere, and the table at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from server.demo.comparison import Check

LINES_OF_A_DAY = 10
"""How many lines tell of the progress where there is no terminal."""


class Moved(Protocol):
    """Tells how far something is."""

    def __call__(self, done: int, /) -> None: ...


@contextmanager
def moving(console: Console, doing: str, *, total: int) -> Iterator[Moved]:
    """Show how something moves on."""
    if console.is_terminal:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(doing, total=total)
            yield lambda done: progress.update(task, completed=done)
        return
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        part = done * LINES_OF_A_DAY // total if total else LINES_OF_A_DAY
        if part > told:
            told = part
            console.print(f"{doing}: {done} of {total}", highlight=False, markup=False)

    yield tell


def show(console: Console, checks: Sequence[Check]) -> None:
    """Print the table; a difference stands out."""
    table = Table(title="The day by the file, and by the platform", title_justify="left")
    table.add_column("Figure")
    table.add_column("From the file", justify="right")
    table.add_column("The platform says", justify="right")
    table.add_column("")
    for check in checks:
        mark = "[green]✓[/green]" if check.holds else "[bold red]✗[/bold red]"
        table.add_row(check.figure, check.expected, check.said, mark, style=None if check.holds else "red")
    console.print(table)


def verdict(console: Console, checks: Sequence[Check]) -> None:
    """Print the last line: how many figures, how many differences."""
    differences = [check for check in checks if not check.holds]
    if differences:
        console.print(f"{len(differences)} of {len(checks)} figures differ:", style="bold red")
        for check in differences:
            words = f"  {check.figure}: {check.expected} from the file, {check.said} from the platform"
            console.print(words, markup=False, highlight=False, soft_wrap=True)
    else:
        console.print(f"All {len(checks)} figures agree, to the cent.", style="bold green", highlight=False)
