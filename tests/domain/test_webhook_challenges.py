"""What counts as an answer to a challenge, and how often one is asked."""

import pytest

from domain.webhook_challenges import is_met, next_challenge_at, problem_of
from domain.webhooks import Answer
from tests.factories.times import MINUTE, NOW, SECOND


@pytest.mark.parametrize(
    "body", [b"abc", b" abc\n", b'"abc"', b'{"challenge": "abc"}', b'{"challenge":"abc","more":1}']
)
def test_a_challenge_is_met_by_its_text_or_by_json(body):
    assert is_met(Answer(200, body=body), "abc")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200),
        Answer(200, body=b"abcd"),
        Answer(200, body=b'{"challenge": ["abc"]}'),
        Answer(200, body=b'{"challenge": "\\ud800"}'),
        Answer(200, body=b'["abc"]'),
        Answer(200, body=b"\xff\xfe"),
        Answer(201, body=b"abc"),
        Answer(204),
        Answer(500, body=b"abc"),
        Answer(None, "timed out"),
    ],
)
def test_nothing_else_meets_it(answer):
    assert not is_met(answer, "abc")


def test_a_problem_tells_nothing_of_the_answer_itself():
    said = [problem_of(Answer(200, body=b"secret")), problem_of(Answer(302, body=b"secret"))]

    assert said == ["the challenge is not in the answer", "HTTP 302"]


def test_an_endpoint_is_challenged_five_times():
    moments = [next_challenge_at(attempts, NOW, chance=0.5) for attempts in range(1, 6)]

    assert moments == [NOW + 5 * SECOND, NOW + 30 * SECOND, NOW + 2 * MINUTE, NOW + 10 * MINUTE, None]
