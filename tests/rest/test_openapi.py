"""The OpenAPI document is valid, complete, and its examples are true."""

import json

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from server.problems import STATUS_OF
from server.rest.examples import read_examples, read_problems
from server.settings import ROOT
from tests.rest.doors import ADMISSION, CHECKER, DESCRIPTION

DOCUMENT = DESCRIPTION.document
AUDIENCES = [ROOT / "operations" / name for name in ("ota", "partners", "public", "search")]

CONTRACT = {
    ("get", "/api/ota/inventory", "200"),
    ("post", "/api/ota/reserve", "201"),
    ("post", "/api/ota/reservations/{id}/extend", "200"),
    ("post", "/api/ota/reservations/{id}/activate", "201"),
    ("get", "/api/ota/reservations", "200"),
    ("get", "/api/ota/reservations/{id}", "200"),
    ("delete", "/api/ota/reservations/{id}", "204"),
    ("get", "/api/ota/orders", "200"),
    ("get", "/api/ota/orders/{id}", "200"),
    ("get", "/api/ota/orders/{id}/tickets", "200"),
    ("post", "/api/ota/tickets/{code}/redeem", "200"),
    ("post", "/api/partners/register", "201"),
    ("get", "/api/partners/me", "200"),
    ("patch", "/api/partners/me", "200"),
    ("post", "/api/partners/verify", "200"),
    ("post", "/api/packages/create", "201"),
    ("get", "/api/packages/{id}", "200"),
}
CALLS = [(method, path, call) for path, item in DOCUMENT["paths"].items() for method, call in item.items()]


def contents():
    """Every body of the document with what it is of."""
    for method, path, call in CALLS:
        if "requestBody" in call:
            yield f"{method} {path}", call["requestBody"]["content"]["application/json"]
        for status, response in call["responses"].items():
            for content in response.get("content", {}).values():
                yield f"{method} {path} {status}", content


def test_the_document_is_valid_openapi_3_0_3():
    assert DOCUMENT["openapi"] == "3.0.3"
    assert [error.message for error in OpenAPIV30SpecValidator(DOCUMENT).iter_errors()] == []


def test_nothing_of_openapi_3_1_slipped_in():
    text = json.dumps(DOCUMENT)

    assert '"type": [' not in text
    assert '"type": "null"' not in text
    assert '"const"' not in text


def test_every_call_of_the_contract_is_there_with_its_status():
    answered = {(method, path, status) for method, path, call in CALLS for status in call["responses"]}

    assert answered >= CONTRACT


def test_every_operation_is_described_once():
    ids = [call["operationId"] for _, _, call in CALLS]

    assert len(ids) == len(set(ids)) == len(ADMISSION.plans)
    assert [call["operationId"] for _, _, call in CALLS if not call["description"]] == []


def test_every_parameter_is_described():
    silent = [
        (path, parameter["name"])
        for _, path, call in CALLS
        for parameter in call.get("parameters", ())
        if not parameter.get("description")
    ]

    assert silent == []


@pytest.mark.parametrize(
    ("where", "content"), list(contents()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_body_has_an_example_that_fits(where, content):
    examples = [content["example"]] if "example" in content else []
    examples += [each["value"] for each in content.get("examples", {}).values()]

    assert examples, where
    for example in examples:
        CHECKER.fits(content["schema"], example)


@pytest.mark.parametrize("directory", AUDIENCES, ids=lambda each: each.name)
def test_an_example_stands_beside_its_operation(directory):
    names = [plan.name for plan in ADMISSION.plans if plan.audience == directory.name]
    files = {path.stem for path in directory.glob("*.json")} - {"problems"}

    assert len(read_examples(directory, names)) == len(files)
    assert set(read_problems(directory)) <= set(STATUS_OF)


def test_every_post_of_the_contract_takes_an_idempotency_key():
    # A badge is not given twice: where the verification stands says so.
    posts = {path for method, path, _ in CONTRACT if method == "post"} - {"/api/partners/verify"}
    headers = {
        path: {
            each["name"] for each in DOCUMENT["paths"][path]["post"]["parameters"] if each["in"] == "header"
        }
        for path in posts
    }

    assert headers == {path: {"Idempotency-Key"} for path in posts}


def test_both_ways_to_send_a_key_are_described():
    assert DOCUMENT["security"] == [{"bearer": []}, {"apiKey": []}]
    assert DOCUMENT["components"]["securitySchemes"]["apiKey"] == {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
    }


def test_what_people_call_takes_a_token_and_no_key():
    ways = {path: call.get("security") for _, path, call in CALLS}

    public = {path for path, security in ways.items() if security == [{}, {"token": []}]}
    assert public == {
        "/api/billing/checkouts/{checkout_id}",
        "/api/billing/documents",
        "/api/billing/orders/{order_id}/cancel",
        "/api/billing/packages/{package_id}/checkout",
        "/api/packages/{package_id}/book",
        "/api/packages/{package_id}/quote",
    }
    assert {path for path, security in ways.items() if security == [{"token": []}]} == {
        path
        for path in set(ways) - public - {"/api/packages/search"}
        if path.startswith(
            ("/api/partners/", "/api/packages/", "/api/coupons/", "/api/affiliates/", "/api/bookings")
        )
    }
    assert {path for path, security in ways.items() if security is None} == {
        path for path in ways if path.startswith("/api/ota/")
    }


def test_search_takes_whatever_credential_there_is_or_none():
    assert DOCUMENT["paths"]["/api/packages/search"]["get"]["security"] == [
        {},
        {"bearer": []},
        {"apiKey": []},
    ]
