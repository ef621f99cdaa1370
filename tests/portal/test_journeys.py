"""The journeys of `portal/journeys`: each is a program that sees the product as people do, in a real browser."""

import json
import os
import subprocess

import pytest

from server import node
from server.settings import ROOT

JOURNEYS = sorted((ROOT / "portal" / "journeys").glob("*.journey.ts"))
SECONDS = 300


@pytest.mark.slow
@pytest.mark.xdist_group("product")
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name.removesuffix(".journey.ts"))
def test_the_journey_ends_well(product, portal_sources, chromium, journey):
    done = subprocess.run(
        [str(node.node()), str(journey)],
        cwd=portal_sources,
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            "CHROMIUM": chromium,
            "INTERLINE_URL": product["portal"],
            # Keys and addresses, as `./interline up --json` prints them.
            "INTERLINE_SAID": json.dumps(product),
            "SCREENSHOTS": str(portal_sources / "screenshots"),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
