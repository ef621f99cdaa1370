"""What is said after a demo: who came, what came of it, what one thought of it."""

from server.demo_introductions.actors import Actor
from server.demo_introductions.notes import POSITIVE, Demo, Story


async def tell_of_it(who: Actor, story: Story, demo: Demo, missed_by: str | None) -> None:
    """Say who came to a demo, and what came of it."""
    stage = who.stage
    await who.wait(2)
    if who.is_erased:
        return
    if missed_by is not None:
        await who.person.act("recordOutcome", id=story.id, showStatus="NO_SHOW", noShowParty=missed_by)
        demo.has_taken_place, demo.missed_by = False, missed_by
        story.demos.append(demo)
        stage.notes.happened["demos missed"] += 1
        if sum(each.has_taken_place is False for each in story.demos) < 3:
            story.booked = None
        return
    is_good = stage.dice.random() < who.sells
    outcome = stage.dice.choice(POSITIVE if is_good else ("NEUTRAL", "LOST"))
    await who.person.act("recordOutcome", id=story.id, showStatus="SHOWED", outcome=outcome)
    demo.has_taken_place, demo.outcome = True, outcome
    story.demos.append(demo)


async def give_feedback(who: Actor, story: Story, side: str) -> None:
    """Say what one thought of it."""
    await who.wait(12)
    if who.is_erased:
        return
    dice = who.stage.dice
    ratings = {
        "satisfaction": dice.randint(2, 5),
        "experience": dice.randint(3, 5),
        "likelihood": dice.randint(4, 10),
    }
    if side == "CONTRACTOR":
        ratings["partnerQuality"] = dice.randint(2, 5)
    await who.person.act("submitFeedback", introductionId=story.id, comment="As agreed.", **ratings)
    story.feedback.add(side)
