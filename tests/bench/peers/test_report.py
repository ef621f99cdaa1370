"""What a run tells: every figure with its pair, what was missed, and what went wrong."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from bench.peers.biases import BIASES
from bench.peers.operations import OPERATIONS
from bench.peers.pairing import Cell
from bench.peers.report import Results, markdown, show
from bench.peers.servers import Server

BIG = OPERATIONS[0]


def cell(server, **figures):
    facts: dict[str, Any] = {
        "operation": "big",
        "round": 0,
        "calls": 500,
        "per_second": 100.0,
        "p50_ms": 7.5,
        "p99_ms": 12.25,
        "server_cpu_ms": 0.5,
        "postgres_cpu_ms": 0.25,
        "load_share": 0.07,
        "others_share": 0.03,
        "failures": {},
    }
    return Cell(server=server, **(facts | figures))


@pytest.fixture
def results():
    return Results(
        at="2026-11-25T12:00:00Z",
        machine="2 × a processor",
        versions={"PostgreSQL": "18.4", "mercurius": "16.10.1"},
        seconds=1.5,
        rounds=1,
        operations=[BIG],
        servers=[Server.OURS, Server.LIMIT, Server.MERCURIUS],
        bytes_of={"big": 18_500},
        idle={"postgres": 0.012, "worker": 0.034},
        cells=[
            cell(Server.OURS, per_second=1_400.0),
            cell(Server.LIMIT, per_second=2_800.0, server_cpu_ms=0.4),
            cell(Server.MERCURIUS, per_second=350.0, server_cpu_ms=1.0),
        ],
    )


def test_each_server_has_its_line_with_our_figures_by_its_own(results):
    told = markdown(results)

    assert "### `big`: 50 packages, the partner and 3 items of each (18.5 kB)" in told
    assert "| Interline | 1,400 | 7.5 | 12.2 | 0.500 | 0.250 | – | – |" in told
    assert "| Mercurius (JIT) | 350 | 7.5 | 12.2 | 1.000 | 0.250 | 4.00 | 0.60 |" in told
    assert "| by hand, one statement | 2,800 | 7.5 | 12.2 | 0.400 | 0.250 | 0.50 | 1.15 |" in told


def test_machine_versions_and_biases_are_named(results):
    told = markdown(results)

    assert "Measured 2026-11-25T12:00:00Z on 2 × a processor. " in told
    assert "PostgreSQL 18.4, mercurius 16.10.1." in told
    assert "PostgreSQL takes 1.2% of a core and the product's worker 3.4%" in told
    assert "The load took at most 7% of one." in told
    assert all(bias in told for bias in BIASES)


def test_it_is_told_when_the_machine_was_not_ours_alone(results):
    assert "What had no part in it took 3% of a core meanwhile, at most 3%." in markdown(results)

    shared = replace(
        results, cells=[*results.cells, *(cell(Server.YOGA, others_share=1.5) for _ in range(4))]
    )

    assert "took 150% of a core meanwhile, at most 150%: **the machine was not ours alone.**" in markdown(
        shared
    )


def test_budgets_are_met_or_missed(results):
    told = markdown(results)

    assert "| `big`: req/s ≥ 3 × Mercurius (JIT) | 4.00 (4.00–4.00) | met |" in told
    assert "3 of 3 are met." in told

    slower = replace(results, cells=[cell(Server.OURS, per_second=349.0), *results.cells[1:]])

    assert "| `big`: req/s ≥ 3 × Mercurius (JIT) | 1.00 (1.00–1.00) | **missed** |" in markdown(slower)


def test_who_is_ahead_of_us_is_told_and_the_limit_is_no_rival(results):
    assert "- Nowhere." in markdown(results)

    slower = replace(
        results, cells=[cell(Server.OURS, per_second=175.0, server_cpu_ms=2.25), *results.cells[1:]]
    )

    assert "- `big`: Mercurius (JIT) 2.00 × the requests, 0.50 × the CPU." in markdown(slower)


def test_figures_with_failures_say_that_they_are_none(results):
    assert results.is_clean
    assert "not to be used" not in markdown(results)

    broken = replace(results, cells=[*results.cells, cell(Server.YOGA, failures={"the server hung up": 3})])

    assert not broken.is_clean
    assert "not to be used.** GraphQL Yoga (JIT), `big`: 3 × the server hung up." in markdown(broken)


def test_the_terminal_shows_the_same(results):
    told = io.StringIO()
    show(Console(width=140, file=told), results)

    assert "1,400" in told.getvalue()
    assert "met     `big`: req/s ≥ 3 × Mercurius (JIT): 4.00 (4.00–4.00)" in told.getvalue()
