"""The guides as they are served, and their samples as a reader runs them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from domain.guides import SnippetLanguage
from server.embedded import places
from server.explorer import assets
from server.guides import read_guides
from server.settings import ROOT
from tests.server.guide_samples import differences, keep_files, run_steps, steps_of

GUIDES = read_guides("https://api.interline.example")
SERVERS = {"DATABASE_URL", "REDIS_URL"}
STOPPED_WITHIN = 60.0


@pytest.fixture(scope="module")
def said() -> Iterator[dict[str, Any]]:
    """What a running product says of itself."""
    directory = places.temporary_home()
    (assets.installed_at(directory) / assets.wanted_stamp()).mkdir(parents=True)
    inherited = {name: text for name, text in os.environ.items() if name not in SERVERS}
    with (
        (directory / "told").open("w") as told,
        subprocess.Popen(
            [sys.executable, "-m", "server.cli", "up", "--json", "--port", "0", "--data", str(directory)],
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            env={**inherited, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (directory / "told").read_text()
        yield json.loads(line)
        process.terminate()
        process.wait(STOPPED_WITHIN)
    shutil.rmtree(directory)


@pytest.fixture
def values(said):
    """The sandbox of a running product's first reseller."""
    key = said["credentials"]["resellers"][1]
    assert key["environment"] == "TEST"
    guides = read_guides(said["rest"].removesuffix("/api/ota"))
    return guides.values.own(product_id="106", key_prefix=key["api_key"].split("_")[2])


@pytest.fixture
def environment(said) -> dict[str, str]:
    users = {each["email"]: each["token"] for each in said["credentials"]["users"]}
    return {
        **os.environ,
        "INTERLINE_API_KEY": said["credentials"]["resellers"][1]["api_key"],
        "INTERLINE_TOKEN": users["owner@harbour.example"],
        "PYTHONWARNINGS": "error",
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", SnippetLanguage)
@pytest.mark.parametrize("slug", [each.slug for each in GUIDES.all])
def test_the_samples_print_what_the_guide_says(values, environment, tmp_path, slug, language):
    guide = GUIDES.find(slug)
    steps = steps_of(guide, language)
    if not steps:
        pytest.skip("nothing of it is run in this language")
    if language is SnippetLanguage.CURL and shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    keep_files(GUIDES, values, tmp_path)

    printed = run_steps(steps, language, values, tmp_path, environment)

    assert [
        f"{step.block.fence.title}: {difference}"
        for step, text in zip(steps, printed, strict=True)
        if step.printed is not None
        for difference in differences(text, step.printed, values)
    ] == []
