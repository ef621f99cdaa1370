"""What a person sees while something long happens: steps with their time, and plain remarks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Progress:
    """Prints steps as they end; on a terminal the one under way moves."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Show that something is being done, then how long it took. What is yielded tells how far it is."""
        began = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(doing + " …") as status:
                yield lambda words: status.update(f"{doing}: {escape(words)} …")
        else:
            self.say(doing + " …")
            yield self.say
        took = time.monotonic() - began
        self.console.print(f"[green]✓[/green] {doing} [dim]{took:.1f} s[/dim]", highlight=False)

    def say(self, words: str) -> None:
        """Print a remark as it is: a path or a log line is no markup."""
        self.console.print(words, markup=False, highlight=False, soft_wrap=True)

    def warn(self, words: str) -> None:
        """Print what nobody must overlook."""
        self.console.print(f" {words} ", style="bold black on yellow", markup=False, highlight=False)
