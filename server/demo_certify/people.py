"""What people do at the portal, as the portal does it: the partner's owner, and once an admin of the platform."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from server.demo.calls import Caller, Json
from server.demo.doors import UnexpectedAnswerError
from server.graphql.registry import operation_id
from server.settings import ROOT

REGISTER = (ROOT / "operations" / "portal" / "register_partner.graphql").read_text()
LOOK_EVERY = 0.5

PROFILE = """mutation Profile($input: UpdatePartnerInput!) { updatePartner(input: $input) {
  ... on Refusal { code message } ... on Partner { id version } } }"""
KEY = """mutation Key($input: IssueApiKeyInput!) { issueApiKey(input: $input) {
  ... on Refusal { code message } ... on IssuedApiKey { text } } }"""
CASE = """query Case($id: ID!) { node(id: $id) { ... on Partner { onboardingCase {
  stage blockers { code } stages { stage enteredAt leftAt } } } } }"""
GO_LIVE = """mutation GoLive($input: RequestGoLiveInput!) { requestGoLive(input: $input) {
  ... on Refusal { code message } ... on NotReadyToGoLive { blockers } ... on OnboardingCase { stage } } }"""
RUN = """query Run($id: ID!) { node(id: $id) { ... on CertificationRun { status results {
  scenario title status expected seen requestId mend } } } }"""


class NotInTimeError(Exception):
    """Something that the platform does by itself was not done in time."""


class Person:
    """Somebody signed in, with GraphQL texts of their own where they may send such."""

    def __init__(self, caller: Caller, graphql: str) -> None:
        self._caller = caller
        self._graphql = graphql

    async def register(self, name: str) -> Json:
        """Register a travel agency; the operation is registered, a newcomer may send no others."""
        given = {"name": name, "type": "AGENCY", "country": "IT", "idempotencyKey": name}
        request = {"id": operation_id(REGISTER), "variables": {"input": given}}
        data = await self._caller.graph(self._graphql, request)
        return _made(data["registerPartner"])

    async def complete_profile(self, partner: Json) -> None:
        """Say what is needed to go on."""
        await self.act(
            PROFILE,
            id=partner["id"],
            version=partner["version"],
            descriptions=[{"locale": "en", "text": "Day trips around the lakes, sold to the whole world."}],
            regions=["IT-25"],
            languages=["it", "en"],
        )

    async def issue_key(self, partner_id: str, environment: str) -> str:
        """Make a key of an environment; its text is shown this once."""
        made = await self.act(KEY, resellerId=partner_id, environment=environment, name="Sample integrator")
        return str(made["text"])

    async def go_live(self, partner_id: str) -> list[str]:
        """Ask to go live; return what is in the way, nothing where it was granted."""
        answer = (await self.ask(GO_LIVE, input={"partnerId": partner_id}))["requestGoLive"]
        if "blockers" in answer:
            return list(answer["blockers"])
        _made(answer)
        return []

    async def case(self, partner_id: str) -> Json:
        """Look where the partner stands."""
        case: Json = (await self.ask(CASE, id=partner_id))["node"]["onboardingCase"]
        return case

    async def run(self, run_id: str) -> Json:
        """Look at a run of the certification."""
        run: Json = (await self.ask(RUN, id=run_id))["node"]
        return run

    async def reaches(self, partner_id: str, stage: str, *, within: float) -> Json:
        """Wait until the case is at a stage and return it. Raises NotInTimeError."""
        return await until(
            lambda: self.case(partner_id),
            lambda case: case["stage"] == stage,
            f"stage {stage}",
            within=within,
        )

    async def ask(self, text: str, **variables: object) -> Any:
        """Run a text of one's own."""
        return await self._caller.graph(self._graphql, {"query": text, "variables": variables})

    async def act(self, text: str, **given: object) -> Json:
        """Run a mutation of one's own on an input. Raises UnexpectedAnswerError where it is refused."""
        return _made(next(iter((await self.ask(text, input=given)).values())))


async def until(
    look: Callable[[], Awaitable[Json]], holds: Callable[[Json], bool], what: str, *, within: float
) -> Json:
    """Look again and again until it holds; return what was seen last. Raises NotInTimeError."""
    deadline = time.monotonic() + within
    while True:
        seen = await look()
        if holds(seen):
            return seen
        if time.monotonic() > deadline:
            raise NotInTimeError(f"Not within {within:.0f} s: {what}; last seen: {seen}")
        await asyncio.sleep(LOOK_EVERY)


def _made(answer: Json) -> Json:
    if "code" in answer:
        raise UnexpectedAnswerError(f"{answer['code']}: {answer['message']}")
    return answer
