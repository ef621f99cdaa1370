"""Every code has a status, a paragraph, and facts that collide with nothing."""

import importlib
import pkgutil
import re
from dataclasses import fields

import pytest

import domain
import server
from domain.errors import Refusal
from server.graphql import errors
from server.problems import RESERVED_MEMBERS, STATUS_OF, Problem, anchor_of, problem_response, title_of
from server.rest.error_page import written
from server.settings import ROOT

PAGE = (ROOT / "docs" / "errors.md").read_text()
PARAGRAPHS = dict(re.findall(r"^### ([A-Z0-9_]+)\n\n\*\*(\d{3})\.\*\*", PAGE, re.MULTILINE))
DOORS_OWN = {
    errors.PARSE_FAILED,
    errors.VALIDATION_FAILED,
    errors.BAD_USER_INPUT,
    errors.UNAVAILABLE,
    errors.TIMEOUT,
    errors.INTERNAL,
    "BAD_SIGNATURE",
    "CROSS_SITE",
    "NOT_ACCEPTABLE",
}
"""Codes that are not refusals: failures of ours, and what HTTP or the document itself is answered with."""


def refusals() -> set[type[Refusal]]:
    """Every refusal of the project, whoever defines it."""
    for package in (domain, server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".graphql" in module.name or ".rest" in module.name or package is domain:
                importlib.import_module(module.name)
    found: set[type[Refusal]] = set()
    waiting = [Refusal]
    while waiting:
        below = [
            each for each in waiting.pop().__subclasses__() if each.__module__.partition(".")[0] != "tests"
        ]
        found.update(below)
        waiting += below
    return {each for each in found if "code" in each.__dict__}


REFUSALS = sorted(refusals(), key=lambda each: each.__name__)


def test_every_code_has_a_status_and_every_status_a_code():
    assert {each.code for each in REFUSALS} | DOORS_OWN == set(STATUS_OF)


def test_every_code_has_a_paragraph_with_its_status_and_every_paragraph_a_code():
    assert {code: str(status) for code, status in STATUS_OF.items()} == PARAGRAPHS


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: each.__name__)
def test_no_fact_is_called_like_a_member_of_every_problem(refusal):
    assert {each.name for each in fields(refusal)} & RESERVED_MEMBERS == set()


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: each.__name__)
def test_every_fact_of_a_refusal_is_named_in_its_paragraph(refusal):
    paragraph = PAGE.partition(f"### {refusal.code}\n")[2].partition("\n#")[0]
    facts = {each.name for each in fields(refusal)} - {"why", "path", "problem", "method"}
    renamed = {"retry_after_seconds": "retry_after"}

    assert {fact for fact in facts if f"`{renamed.get(fact, fact)}`" not in paragraph} == set()


def test_the_type_leads_to_the_paragraph():
    page = written(PAGE)

    assert [code for code in STATUS_OF if f'<h3 id="{anchor_of(code)}">' not in page] == []


def test_text_of_the_page_is_escaped():
    assert written("A <b> & `x < y`") == "<p>A &lt;b&gt; &amp; <code>x &lt; y</code></p>"


def test_a_title_is_the_code_in_words():
    assert title_of("INSUFFICIENT_INVENTORY") == "Insufficient inventory"


def test_a_problem_without_a_hint_has_no_member_for_it():
    answer = problem_response(Problem("NOT_FOUND", "None."), public_url="", instance="/x", request_id="req_1")

    assert b"hint" not in answer.body
    assert answer.status_code == 404
