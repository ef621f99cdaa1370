"""Reconciliation: what two sides do not agree on."""

from domain.reconciliation import Difference, DifferenceKind, MoneyObject, Seen, compare, count_wrong

MISSING, EXTRA, AMOUNT, STATUS, _ = DifferenceKind
PAYMENT = MoneyObject.PAYMENT


def test_sides_that_agree_have_no_differences():
    both = {"pi_1": Seen(100, "EUR", "SUCCEEDED"), "pi_2": Seen(5, "HKD")}

    assert compare(PAYMENT, both, dict(both)) == ()


def test_each_way_to_differ_is_told_by_its_name():
    ours = {"a": Seen(1, "EUR"), "c": Seen(3, "EUR", "PENDING"), "d": Seen(4, "EUR")}
    theirs = {"b": Seen(2, "EUR"), "c": Seen(3, "EUR", "SUCCEEDED"), "d": Seen(4, "HKD")}

    assert compare(PAYMENT, ours, theirs) == (
        Difference(PAYMENT, MISSING, "a", "1 EUR", None),
        Difference(PAYMENT, EXTRA, "b", None, "2 EUR"),
        Difference(PAYMENT, STATUS, "c", "PENDING", "SUCCEEDED"),
        Difference(PAYMENT, AMOUNT, "d", "4 EUR", "4 HKD"),
    )


def test_a_status_one_side_does_not_tell_is_not_compared():
    assert compare(PAYMENT, {"a": Seen(1, "EUR", "DONE")}, {"a": Seen(1, "EUR")}) == ()


def test_an_object_that_differs_twice_is_one_wrong_object():
    twice = compare(PAYMENT, {"a": Seen(1, "EUR", "X")}, {"a": Seen(2, "EUR", "Y")})

    assert (len(twice), count_wrong(twice)) == (2, 1)
