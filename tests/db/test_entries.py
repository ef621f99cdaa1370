"""A part of a batch as a table, and the statement over it that is kept for everybody of a shape."""

import pytest
from sqlalchemy import String, Uuid, select

from db import models
from db.batches import composed
from db.entries import Entries, once_a_shape
from db.types import new_id
from permissions.symbolic import facts_of
from permissions.viewer import Scope
from permissions.visibility import visible_reservations
from tests.factories.viewers import key_of
from tests.fixtures.acts import line


def texts(viewer):
    """The statement that tells each member the reference of its hold."""
    asked = Entries("asked", id=Uuid(), word=String())
    row = models.Reservation
    seen = asked.seen(visible_reservations(viewer, Scope.RESERVE))
    table = asked.table()
    return asked.answering(
        select(asked.nth, asked.word, row.reference)
        .select_from(table)
        .join(row, row.id == asked.id)
        .where(seen)
    )


async def test_a_rule_compares_with_the_facts_of_each_entry(acts, world, reseller, rival):
    mine = await acts.hold(reseller, line(1), reference="mine")
    theirs = await acts.hold(rival, line(1), reference="theirs")
    made = texts(reseller)
    members = [
        {"asked": [{"id": hold.id, "word": word, **facts_of(viewer, made.facts)}]}
        for word, viewer, hold in (
            ("own", reseller, mine),
            ("strange", rival, mine),
            ("other", rival, theirs),
        )
    ]

    records = await acts.sessions.fetch(made.sql, [composed(members)])

    assert made.facts == ("viewer_environment", "viewer_partners_with_RESERVE", "viewer_id")
    assert sorted(map(tuple, records)) == [(0, "own", "mine"), (2, "other", "theirs")]


def test_a_list_is_an_array_and_a_part_is_taken_out_of_the_one_parameter():
    made = texts(key_of(models.Partner(id=new_id())))

    assert 'reservations.reseller_id = any(asked."viewer_partners_with_RESERVE")' in made.sql
    assert "jsonb_to_recordset($1::JSONB -> 'asked') AS asked(nth INTEGER, id UUID" in made.sql


def test_a_column_that_no_entry_has_is_a_mistake():
    with pytest.raises(AttributeError):
        _ = Entries("asked", id=Uuid()).name


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [((1, "a"), (2, "b"), 1), ((1, None), (1, "a"), 2), ((True, "a"), (False, "a"), 2)],
)
def test_what_was_made_is_kept_for_every_call_of_its_shape(first, second, times):
    made = []

    @once_a_shape
    def make(number, word):
        made.append((number, word))
        return number, word

    assert (make(*first), make(*first)) == (first, first)
    make(*second)

    assert len(made) == times


def test_viewers_of_one_shape_share_a_statement():
    first, second = (key_of(models.Partner(id=new_id())) for _ in range(2))
    share = once_a_shape(lambda _visible: object())

    assert share(visible_reservations(first)) is share(visible_reservations(second))
    assert share(visible_reservations(first)) is not share(visible_reservations(first, Scope.RESERVE))
