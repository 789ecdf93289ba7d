"""Two thousand mutated answers: each ends in time, in a fault of the list, and shows no secret."""

import pytest

from tests.fakes import fuzz

ANSWERS, HANDSHAKES = 1900, 100


def test_mutated_answers_of_a_broker() -> None:
    with fuzz.alone() as port:
        seen = {
            result.verdict.fault
            for result in (fuzz.one_answer(number, port) for number in range(ANSWERS))
            if result.verdict
        }
    assert len(seen) > 10  # else the mutations never reach what they are meant for


@pytest.mark.filterwarnings("ignore")  # the library warns of odd certificates before it refuses
def test_mutated_handshakes_and_greetings() -> None:
    with fuzz.handshakes(1) as server:
        seen = {server.one(number) for number in range(HANDSHAKES)}
    assert len(seen) > 3
