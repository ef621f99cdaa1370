"""`./interline fuzz`: the differential test with ever new seeds, on throw-away servers."""

import os
import secrets
import subprocess
import sys
from itertools import count

from server.settings import ROOT

TESTS = "tests/fuzz/test_fuzz.py"
ROUNDS_A_RUN = 4


def run(seed: int | None, *, cases: int, rounds: int) -> int:
    """Run seed after seed and return the exit code of the first that found a difference, or 0."""
    first = secrets.randbelow(1_000_000) if seed is None else seed
    for number in count():
        if rounds and number == rounds:
            break
        sys.stderr.write(f"Seed {first + number}: {ROUNDS_A_RUN} worlds, {cases} operations each\n")
        wanted = {
            "INTERLINE_FUZZ_SEED": str(first + number),
            "INTERLINE_FUZZ_CASES": str(cases),
            "INTERLINE_FUZZ_ROUNDS": str(ROUNDS_A_RUN),
        }
        command = [sys.executable, "-m", "pytest", TESTS, "-q"]
        try:
            code = subprocess.run(command, cwd=ROOT, env={**os.environ, **wanted}, check=False).returncode
        except KeyboardInterrupt:
            return 0
        if code:
            return code
    return 0
