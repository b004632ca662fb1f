"""Conversation tests of a bot on the wire, and what running them gave. A test itself has the shape of its file,
document/conversation_tests.py."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dbcv.domains.bots.schemas import Document, Language

MAX_TESTS = 200
"""Of one bot."""
MAX_TESTS_BYTES = 2_000_000
"""Of all tests of one bot together, as JSON: they go along in its document."""


class ConversationTestSummary(BaseModel):
    """A kept test in a list. `version` counts its changes: send it as If-Match to change it."""

    id: UUID
    name: str
    version: int
    turns: int = Field(description="how often the person writes or time passes")
    created_at: datetime
    updated_at: datetime


class ConversationTestOut(ConversationTestSummary):
    """A kept test. `script` is the test file without `bot` and `name`: given, effects, turns."""

    script: dict[str, Any]


class ConversationTestList(BaseModel):
    """A page of a bot's tests, the oldest first; `next_cursor` is null on the last one."""

    items: list[ConversationTestSummary]
    next_cursor: str | None


class TestRunIn(BaseModel):
    """Which tests are run."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ids": None}})
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_TESTS)] | None = Field(
        None, description="these tests; null: all of the bot"
    )


class TestDifference(BaseModel):
    """One thing that is not as the test says: in words, and the two sides where there are two ("" is silence)."""

    words: str
    expected: str | None
    got: str | None


class TestResult(BaseModel):
    """One test that was run. `failed_turn` counts from 0; `happened` says what the person did there."""

    id: UUID
    name: str
    passed: bool
    failed_turn: int | None
    happened: str | None
    differences: list[TestDifference]


class ReachedConnection(BaseModel):
    """A connection by its place in the document: `step` is "" for the master groups, and in templates
    "template_id/step_id"."""

    step: str
    group: int
    connection: int


class CoverageOut(BaseModel):
    """Which steps, connections and timeouts (by their step) the tests reached, and which not."""

    percent: float = Field(description="reached of all, 100 only if nothing is missing")
    steps: list[str]
    missed_steps: list[str]
    connections: list[ReachedConnection]
    missed_connections: list[ReachedConnection]
    timeouts: list[str]
    missed_timeouts: list[str]


class TestRunOut(BaseModel):
    """What running tests against the draft gave. `version` is the draft's."""

    version: int
    passed: int
    failed: int
    results: list[TestResult]
    coverage: CoverageOut


@dataclass(frozen=True, slots=True)
class KeptTest:
    """A stored test that is to be run; its script was valid when it was stored."""

    id: UUID
    name: str
    script: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Tests that were run against one document."""

    results: list[TestResult]
    coverage: CoverageOut

    @property
    def failed(self) -> list[TestResult]:
        """Those that went another way."""
        return [result for result in self.results if not result.passed]


def test_run(version: int, done: Rehearsed) -> TestRunOut:
    """What was run, as it goes over the wire."""
    failed = len(done.failed)
    passed = len(done.results) - failed
    return TestRunOut(version=version, passed=passed, failed=failed, results=done.results, coverage=done.coverage)


Rehearse = Callable[[UUID, Document, Sequence[KeptTest], Language], Awaitable[Rehearsed]]
"""Runs tests of a bot against a normalised document, bounded in time, and calls nobody outside. Never raises for what a
document or a test holds."""
