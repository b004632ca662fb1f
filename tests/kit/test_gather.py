"""Questions asked together: who shares an answer, who hears of a failure, who waits for nobody."""

import asyncio

import pytest

from dbcv.kit.gather import MOST_AT_ONCE, Gathered


class Oracle:
    """Answers a key with its square; tells which questions it was asked."""

    def __init__(self) -> None:
        self.questions: list[list[int]] = []
        self.may_answer = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self, keys: list[int]) -> dict[int, int]:
        self.questions.append(keys)
        await self.may_answer.wait()
        if self.failure:
            raise self.failure
        return {key: key * key for key in keys if key >= 0}


async def test_who_asks_meanwhile_shares_the_next_question() -> None:
    oracle = Oracle()
    gathered = Gathered[int, int](oracle)
    first = asyncio.create_task(gathered.get(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(gathered.get(key)) for key in (3, 4, 3, -1)]
    await asyncio.sleep(0)
    oracle.may_answer.set()
    assert await asyncio.gather(first, *others) == [4, 9, 16, 9, None]
    assert oracle.questions == [[2], [3, 4, -1]]
    assert await gathered.get(5) == 25
    assert oracle.questions[-1] == [5]


async def test_a_failure_is_everybodys_and_the_next_question_is_asked_anew() -> None:
    oracle = Oracle()
    oracle.may_answer.set()
    oracle.failure = OSError("away")
    gathered = Gathered[int, int](oracle)
    asked = [asyncio.create_task(gathered.get(key)) for key in (1, 2)]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(answer, OSError)
    oracle.failure = None
    assert await gathered.get(3) == 9


async def test_one_who_gives_up_takes_the_answer_from_nobody() -> None:
    oracle = Oracle()
    gathered = Gathered[int, int](oracle)
    impatient, patient = (asyncio.create_task(gathered.get(7)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    oracle.may_answer.set()
    assert await patient == 49
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_a_question_is_bounded() -> None:
    oracle = Oracle()
    oracle.may_answer.set()
    gathered = Gathered[int, int](oracle)
    answers = await asyncio.gather(*(gathered.get(key) for key in range(2 * MOST_AT_ONCE + 1)))
    assert answers[-1] == (2 * MOST_AT_ONCE) ** 2
    assert max(map(len, oracle.questions)) == MOST_AT_ONCE
