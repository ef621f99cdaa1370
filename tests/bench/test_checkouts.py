"""Many buy at once, for seconds: however fast it is, everything adds up afterwards. Speed is nobody's test."""

import pytest
from rich.console import Console

from bench import checkouts, checkouts_report
from bench.proofs import IN_SQL

RESULTS = {
    "at": "2026-11-26T00:00:00Z",
    "machine": "2 × x86_64",
    "workers": 1,
    "connections": 4,
    "has_faults": True,
    "per_minute": 600,
    "paid": 50,
    "seconds": 5.0,
    "to_paid_ms": {"p50": 40.0, "p99": 90.0},
    "settled_after": None,
    "steps": {"quote": {"calls": 51, "p50": 5.0, "p95": 9.0, "p99": 12.5}},
    "cpu_ms": {"api": 10.0, "worker": 2.5},
    "backlog_at_most": {"checkouts": 3},
    "backlog_at_end": {"checkouts": 1},
    "kills": 2,
    "repeated": 0,
    "failures": {"quote: 503 UNAVAILABLE": 1},
    "proofs": [
        {"sentence": "nothing is oversold", "against": 0, "words": "", "holds": True},
        {"sentence": "the books agree", "against": 2, "words": "2 there", "holds": False},
    ],
}


@pytest.mark.slow
def test_after_some_seconds_of_buying_every_proof_holds():
    results = checkouts.measured(Console(quiet=True), seconds=3, connections=3, workers=1)

    assert [each["sentence"] for each in results["proofs"] if not each["holds"]] == []
    assert len(results["proofs"]) > len(IN_SQL)
    assert results["by_status"] == {"PAID": results["answered"]}
    assert results["answered"] > 0
    assert results["settled_after"] is not None


def test_a_proof_that_does_not_hold_is_told_with_what_is_against_it():
    written = checkouts_report.markdown(RESULTS)

    assert "| the books agree | 2: 2 there | DOES NOT HOLD |" in written
    assert "| nothing is oversold | 0 | holds |" in written
    assert "| settled after | not within its time |" in written
    assert "| all | 10.00 |" in written
    assert "killed 2 times" in written
