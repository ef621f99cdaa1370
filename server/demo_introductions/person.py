"""What people do at the portal, in the words of the public graph, and by mail in their own."""

import asyncio
from typing import Any

from server.demo.calls import Caller, Json, Tally
from server.demo.doors import UnexpectedAnswerError
from server.demo_certify.sign_in import sign_in
from server.demo_introductions.house import House

SHOWN = "id stage scheduledAt durationMinutes introductionSentAt version"
ACTS = {
    name: f"mutation A($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ __typename "
    f"... on Refusal {{ code message }} ... on {shown} }} }}"
    for name, shown in {
        "registerPartner": "Partner { id version }",
        "setIntroductionProfile": "IntroductionProfile { version }",
        "setMeetingHours": "MeetingHours { opens }",
        "registerContractor": "Contractor { id version }",
        "eraseContractor": "Contractor { id erasedAt }",
        "takeIntervention": "Intervention { id }",
        "resolveIntervention": "Intervention { id }",
        "submitFeedback": "IntroductionFeedback { id }",
        **dict.fromkeys(
            (
                "createIntroduction",
                "sendIntroduction",
                "proposeTimes",
                "counterTimes",
                "pickTime",
                "rescheduleDemo",
                "cancelDemo",
                "cancelIntroduction",
                "recordOutcome",
                "resendIntroduction",
                "reassignIntroduction",
            ),
            f"Introduction {{ {SHOWN} }}",
        ),
    }.items()
}
LOOK = f"""query L($id: ID!) {{
  introduction(id: $id) {{ {SHOWN} showStatus partner {{ id }} contractor {{ id }} }}
  demoSlots(introductionId: $id, status: OPEN, first: 5) {{ nodes {{ id side startsAt }} }}
}}"""
MATCHES = "query M($id: ID!) { matches(contractorId: $id, first: 5) { score partner { id name } } }"
TIMES = "query T($id: ID!) { suggestedTimes(introductionId: $id, first: 5) { startsAt durationMinutes } }"


class RefusedError(UnexpectedAnswerError):
    """The platform refused what somebody did."""

    def __init__(self, act: str, answer: Json) -> None:
        super().__init__(f"{act}: {answer['code']}: {answer['message']}")
        self.code: str = answer["code"]


class Person:
    """Somebody signed in."""

    def __init__(self, caller: Caller, graphql: str, *, name: str, email: str) -> None:
        self._caller = caller
        self._graphql = graphql
        self.name = name
        self.email = email

    async def ask(self, text: str, **variables: object) -> Any:
        """Run a query; return its data. Raises GraphError."""
        return await self._caller.graph(self._graphql, {"query": text, "variables": variables})

    async def act(self, name: str, /, **given: object) -> Json:
        """Run a mutation on an input. Raises RefusedError."""
        answer: Json = (await self.ask(ACTS[name], input=given))[name]
        if "code" in answer:
            raise RefusedError(name, answer)
        return answer

    async def look(self, introduction_id: str) -> Json | None:
        """Open an introduction's page: it, with the times that are open in it; None where there is none."""
        found = await self.ask(LOOK, id=introduction_id)
        if found["introduction"] is None:
            return None
        return {**found["introduction"], "slots": found["demoSlots"]["nodes"]}

    async def matches(self, contractor_id: str) -> list[Json]:
        """Look which partners fit, the best first."""
        return list((await self.ask(MATCHES, id=contractor_id))["matches"] or [])

    async def suggested(self, introduction_id: str) -> list[Json]:
        """Look which times would suit both."""
        return list((await self.ask(TIMES, id=introduction_id))["suggestedTimes"] or [])


async def enter(house: House, tally: Tally, *, name: str, email: str) -> Person:
    """Sign somebody in."""
    token = await sign_in(house.http, house.url, name=name, email=email)
    caller = Caller(house.http, token, tally, asyncio.Semaphore(1))
    return Person(caller, f"{house.url}/graphql", name=name, email=email)
