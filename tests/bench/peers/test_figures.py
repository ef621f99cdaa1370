"""Figures are paired within a round, and judged by what we owe."""

import pytest

from bench.peers.budgets import BUDGETS, Budget, What, judge
from bench.peers.operations import OPERATIONS
from bench.peers.pairing import Cell, Ratio, middle, ratio, rotation
from bench.peers.servers import Server


def cell(server, number, per_second, *, operation="big", server_cpu_ms=1.0, postgres_cpu_ms=1.0):
    return Cell(
        server=server,
        operation=operation,
        round=number,
        calls=100,
        per_second=per_second,
        p50_ms=1.0,
        p99_ms=2.0,
        server_cpu_ms=server_cpu_ms,
        postgres_cpu_ms=postgres_cpu_ms,
        load_share=0.1,
        others_share=0.0,
        failures={},
    )


CELLS = [
    # A machine that gets slower and slower: within each round ours is ahead by 2, 3 and 4.
    cell(Server.OURS, 0, 600),
    cell(Server.MERCURIUS, 0, 300),
    cell(Server.MERCURIUS, 1, 100),
    cell(Server.OURS, 1, 300),
    cell(Server.OURS, 2, 40),
    cell(Server.MERCURIUS, 2, 10),
    cell(Server.MERCURIUS, 3, 1_000),
    cell(Server.OURS, 0, 1, operation="small"),
]


def test_a_ratio_is_the_median_of_the_rounds_that_have_both():
    measured = ratio(CELLS, "big", Server.MERCURIUS, What.PER_SECOND.figure)

    assert measured == Ratio(median=3.0, lowest=2.0, highest=4.0)


def test_there_is_no_ratio_without_a_pair():
    assert ratio(CELLS, "small", Server.MERCURIUS, What.PER_SECOND.figure) is None
    assert ratio(CELLS, "big", Server.YOGA, What.PER_SECOND.figure) is None


def test_a_cell_that_answered_nothing_is_nothing_to_divide_by():
    cells = [cell(Server.OURS, 0, 5), cell(Server.YOGA, 0, 0)]

    assert ratio(cells, "big", Server.YOGA, What.PER_SECOND.figure) is None


def test_a_figure_is_the_median_of_its_rounds():
    assert middle(CELLS, "big", Server.OURS, What.PER_SECOND.figure) == 300
    assert middle(CELLS, "big", Server.APOLLO, What.PER_SECOND.figure) is None


def test_the_rounds_go_there_and_back_again():
    everybody = [Server.OURS, Server.LIMIT, Server.YOGA]

    assert rotation(everybody, 0) == everybody
    assert rotation(everybody, 1) == [Server.YOGA, Server.LIMIT, Server.OURS]
    assert rotation(everybody, 2) == everybody


@pytest.mark.parametrize(
    ("budget", "measured", "holds"),
    [
        (Budget("big", Server.YOGA, What.PER_SECOND, 3), 3.0, True),
        (Budget("big", Server.YOGA, What.PER_SECOND, 3), 2.99, False),
        (Budget("big", Server.YOGA, What.CPU, 0.6), 0.6, True),
        (Budget("big", Server.YOGA, What.CPU, 0.6), 0.61, False),
    ],
)
def test_requests_have_a_floor_and_cpu_a_ceiling(budget, measured, holds):
    assert budget.holds(measured) is holds


def test_every_budget_that_was_measured_is_judged_and_no_other():
    cells = [
        cell(Server.OURS, 0, 300, server_cpu_ms=0.5, postgres_cpu_ms=0.5),
        cell(Server.MERCURIUS, 0, 100, server_cpu_ms=1.5, postgres_cpu_ms=0.5),
        cell(Server.LIMIT, 0, 700, server_cpu_ms=0.1, postgres_cpu_ms=2),
    ]

    told = {verdict.budget.words: (verdict.measured.median, verdict.is_met) for verdict in judge(cells)}

    assert told == {
        "`big`: req/s ≥ 3 × Mercurius (JIT)": (3.0, True),
        "`big`: server + PG CPU ≤ 0.6 × Mercurius (JIT)": (0.5, True),
        "`big`: server CPU ≤ 1.25 × by hand, one statement": (5.0, False),
    }


def test_the_budgets_are_about_operations_there_are():
    assert {budget.operation for budget in BUDGETS} == {operation.name for operation in OPERATIONS}
