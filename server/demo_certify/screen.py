"""What a person sees at the end of the way: the scenarios, and the stages with their times."""

import datetime as dt

from rich.console import Console
from rich.table import Table

from server.demo_certify.journey import Outcome

MARKS = {"PASSED": "[green]✓[/green]", "FAILED": "[bold red]✗[/bold red]", "PENDING": "…"}


def show(console: Console, outcome: Outcome) -> None:
    """Print both tables and the verdict."""
    scenarios = Table(title=f"The certification of {outcome.partner}", title_justify="left")
    for heading in ("Scenario", "Expected", "Seen", "Request", ""):
        # Ids are looked up by somebody: never cut off.
        scenarios.add_column(heading, overflow="fold")
    for each in outcome.run["results"]:
        texts = (each["title"], each["expected"], each["seen"] or "", each["requestId"] or "")
        scenarios.add_row(*texts, MARKS[each["status"]])
    console.print(scenarios)
    stages = Table(title="The way", title_justify="left")
    for heading in ("Stage", "Entered", "Took"):
        stages.add_column(heading)
    for each in outcome.stages:
        stages.add_row(each["stage"], each["enteredAt"], _took(each["enteredAt"], each["leftAt"]))
    console.print(stages)
    if outcome.blockers:
        console.print(f"In the way of going live: {', '.join(outcome.blockers)}", markup=False)
    words = f"{outcome.partner}: {outcome.run['status']}, and now {outcome.stages[-1]['stage']}."
    console.print(words, style="bold green" if outcome.has_arrived else "bold red", markup=False)
    for each in outcome.run["results"]:
        if each["mend"]:
            console.print(f"  {each['title']}: {each['mend']}", markup=False, soft_wrap=True)


def _took(entered_at: str, left_at: str | None) -> str:
    if left_at is None:
        return ""
    took = dt.datetime.fromisoformat(left_at) - dt.datetime.fromisoformat(entered_at)
    return f"{took.total_seconds():.1f} s"
