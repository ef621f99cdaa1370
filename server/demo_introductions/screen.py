"""What a person sees at the end: the funnel, the partners by rank, what went on, and the verdict."""

from rich.console import Console
from rich.table import Table

from server.demo_introductions.checks import Verdict
from server.demo_introductions.weeks import Weeks

FIGURES = {
    "sent": "introduced",
    "answ.": "responded",
    "conf.": "confirmed",
    "held": "showed",
    "good": "positive",
    "missed": "missedByPartner",
    "remind.": "reminders",
}


def show(console: Console, weeks: Weeks, verdict: Verdict, *, seconds: float) -> None:
    """Print everything."""
    counted = weeks.stage.notes.funnel()
    funnel = Table(title="The funnel", title_justify="left")
    for heading in ("Step", "The platform says", "People counted", "Of the step before"):
        funnel.add_column(heading, justify="left" if heading == "Step" else "right")
    for each in verdict.funnel:
        funnel.add_row(each["name"], str(each["number"]), str(counted[each["name"]]), each["ofBefore"] or "")
    console.print(funnel)
    ranking = Table(title="The partners, by PowerConfidence (…: provisional)", title_justify="left")
    ranking.add_column("", justify="right")
    ranking.add_column("Partner", no_wrap=True)
    for heading in (*FIGURES, "Score"):
        ranking.add_column(heading, justify="right", no_wrap=True)
    for each in verdict.ranking:
        name = each["partner"]["name"]
        counts = verdict.stats[name]["counts"]
        mark = " …" if each["stats"]["isProvisional"] else ""
        figures = [str(counts[figure]) for figure in FIGURES.values()]
        ranking.add_row(str(each["rank"]), name, *figures, f"{each['stats']['powerConfidence']}{mark}")
    console.print(ranking)
    _say(console, "What went on", weeks.stage.notes.happened.most_common())
    _say(console, "What the staff was called for", weeks.desk.seen.most_common())
    _say(console, "Where introductions stand", verdict.reasons.most_common())
    files = sum(
        each.diary.files for each in (*weeks.stage.partners.values(), *weeks.stage.contractors.values())
    )
    console.print(
        f"{len(weeks.stage.house.post.letters)} mails arrived, {files} calendar files in them; "
        f"{weeks.stage.house.post.refused} recipients refused; {weeks.tally.calls} calls; {seconds:.0f} s.",
        markup=False,
        soft_wrap=True,
    )
    wrong = [each for each in verdict.checks if not each.holds]
    if not wrong:
        console.print(f"All {len(verdict.checks)} figures and rules hold.", style="bold green")
        return
    console.print(f"{len(wrong)} of {len(verdict.checks)} figures and rules do not hold:", style="bold red")
    for check in wrong:
        words = f"  {check.figure}: must be {check.expected}, is {check.said}"
        console.print(words, markup=False, soft_wrap=True)


def _say(console: Console, what: str, counted: list[tuple[str, int]]) -> None:
    told = ", ".join(f"{number} {words}" for words, number in counted) or "nothing"
    console.print(f"{what}: {told}.", markup=False, soft_wrap=True)
