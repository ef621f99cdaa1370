"""Holds answers to what the OpenAPI document says of them."""

import re
from typing import Any

import httpx2
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from server.rest.openapi_types import Schema

PROBLEM = {"$ref": "#/components/schemas/Problem"}


class Checker:
    """Fails the test in which an answer is not as described."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in document["paths"].items()
        ]

    async def check(self, response: httpx2.Response) -> None:
        """Check one answer: its status is listed for the call, its body fits the schema of the status."""
        await response.aread()
        call = self._call(response.request)
        if call is None or response.request.method in {"HEAD", "OPTIONS"}:
            if response.status_code >= 400 and response.content:
                self.fits(PROBLEM, response.json())
            return
        described = call["responses"].get(str(response.status_code))
        assert described, f"{response.request.method} {response.request.url.path}: {response.status_code}"
        content = described.get("content")
        if content is None:
            assert response.content == b""
            return
        media_type = response.headers["content-type"]
        self.fits(content[media_type]["schema"], response.json())

    def fits(self, schema: Schema, value: Any) -> None:
        validator = OAS30Validator(
            {**schema, "components": self._document["components"]}, format_checker=oas30_format_checker
        )
        errors = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(value)]
        assert errors == []

    def _call(self, request: httpx2.Request) -> Schema | None:
        for pattern, item in self._paths:
            if pattern.fullmatch(request.url.path):
                found: Schema | None = item.get(request.method.lower())
                return found
        return None
