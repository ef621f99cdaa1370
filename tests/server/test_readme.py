"""What the README has a newcomer paste, as it is written there, against a real `up`."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.settings import ROOT
from tests.server.test_guides import said  # noqa: F401 - a running product, as for the guides

HERE = "http://127.0.0.1:8000"
PATIENCE_SECONDS = 120


def blocks_of(heading: str) -> list[str]:
    """The shell blocks below a heading."""
    text = (ROOT / "README.md").read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def printed(script: str, directory: Path) -> str:
    """What a script prints."""
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=directory,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.strip()


def run(script: str, directory: Path) -> list[Any]:
    """A first line as it is, then answers in JSON."""
    decoder, answers, text = json.JSONDecoder(), [], printed(script, directory)
    first, _, text = text.partition("\n")
    while text := text.strip():
        answer, end = decoder.raw_decode(text)
        answers.append(answer)
        text = text[end:]
    return [first, *answers]


@pytest.mark.slow
def test_a_guest_buys_gets_a_receipt_and_part_of_the_money_back_and_the_seller_sees_it(said, tmp_path):  # noqa: F811
    token = next(
        each["token"] for each in said["credentials"]["users"] if each["email"] == "finance@victoria.example"
    )
    script = "\n".join(blocks_of("A buyer's journey"))
    assert "TOKEN=…" in script

    status, paid, cancelled, books = run(
        script.replace(HERE, said["graphql"].removesuffix("/graphql")).replace("TOKEN=…", f"TOKEN={token}"),
        tmp_path,
    )

    assert status == "PAID"
    assert (paid["total_amount"], paid["currency"]) == ("2876.87", "HKD")
    assert [each["status"] for each in paid["booking"]["tickets"]] == ["ISSUED"] * 3
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert [each["status"] for each in cancelled["booking"]["tickets"]] == ["ISSUED", "ISSUED", "VOID"]
    assert cancelled["refunded_amount"] == "735.95"
    assert [each["kind"] for each in books["data"]["balances"]] == ["PARTNER_PENDING"]
    # Its part of what was paid without the platform's fee: before or after the refund took its part back.
    assert books["data"]["balances"][0]["balance"]["amount"] in {"492.20", "366.28"}
    assert books["data"]["payouts"]["nodes"] == []


@pytest.mark.slow
def test_an_introduction_goes_by_hand_from_a_choice_to_an_entry_in_calendars(said, tmp_path):  # noqa: F811
    tokens = {each["email"]: each["token"] for each in said["credentials"]["users"]}
    script = "\n".join(blocks_of("An introduction, by hand"))
    for name, email in (("CARLA", "carla@aurora.example"), ("KIM", "owner@kowloon.example")):
        assert f"{name}=…" in script
        script = script.replace(f"{name}=…", f"{name}={tokens[email]}")

    told = printed(script.replace(HERE, said["graphql"].removesuffix("/graphql")), tmp_path)

    assert re.findall(r'"stage":"(\w+)"', told) == ["INTRODUCED", "TIMES_PROPOSED", "CONFIRMED"]
    assert told.endswith("}CONFIRMED")
