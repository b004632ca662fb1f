"""The conversation test: its fields, and reading it with every mistake at once, from a file or as it is kept with a bot
(then without `bot`). Called by the test command and by the use cases of tests; the rehearsal plays what was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.reading import read
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.wording import Finding, Language, word
from dbcv.engine.paths import KEPT_SCOPES, PathError, parse_path
from dbcv.kit.errors import ErrorDetail, Invalid

MAX_NAME, MAX_TURNS, MAX_EFFECTS = 200, 1_000, 1_000
_TITLE: dict[Language, str] = {"en": "The test has mistakes", "ru": "В тесте есть ошибки"}


def _moment(text: str) -> str:
    try:
        zoned = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise PydanticCustomError("moment", "moment", {"value": text})
    return text


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("kind", "number", {"expected": "number"})
    if not 0 <= value <= 1e9:
        raise PydanticCustomError("range", "wait", {"low": 0, "high": 1_000_000_000, "value": value})
    return float(value)


def _as_text(value: Any) -> Any:
    """What people say is text, also where the file holds a bare 21 (but not 10.10, which YAML has cut to 10.1)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_said(value: Any) -> Any:
    value = _as_text(value)
    return {"text": value} if isinstance(value, str) else value


def _as_said_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class GivenPart(_Part):
    """The world before the first message: variables by scope, the clock (`now`) and the chance (`seed`)."""

    user: dict[str, Any] = Field(default_factory=dict)
    bot: dict[str, Any] = Field(default_factory=dict)
    session: dict[str, Any] = Field(default_factory=dict)
    channel: dict[str, Any] = Field(default_factory=dict)
    now: Annotated[str, AfterValidator(_moment)] = "2026-01-01T09:00:00Z"
    seed: int = 1


class ReplyPart(_Part):
    """What the outside world answers. Without `ok`: true if there is no error and the status is below 400."""

    ok: bool | None = None
    status: int = 200
    headers: dict[str, Any] = Field(default_factory=dict)
    result: Any = None
    error: str | None = None
    elapsed_ms: int = 0
    log: str = ""


class EffectPart(_Part):
    """The next thing the bot asks for: `request` (its id or name), `integration` (its id), `code` (true) or `file` (its
    name). `with` are fields it must have, as `with: {method: post, json_field: {a: 1}}`."""

    request: str | None = None
    integration: str | None = None
    code: Literal[True] | None = None
    file: str | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    reply: ReplyPart = Field(default_factory=ReplyPart)


class SaidPart(_Part):
    """A message of the person: text, or a whole message."""

    text: Annotated[str, BeforeValidator(_as_text)] = ""
    params: Any = Field(default_factory=dict)
    attachments: list[Any] = Field(default_factory=list)


class ExpectedPart(_Part):
    """A message of the bot: its text, or its text with what else it must have; what is absent is not looked at."""

    text: Annotated[str, BeforeValidator(_as_text)] | None = None
    buttons: list[Annotated[str, BeforeValidator(_as_text)]] | None = None
    params: Any = None
    attachments: list[Any] | None = None
    widget: str | None = None


class TurnPart(_Part):
    """The person writes (`user`) or time passes (`wait`, seconds); then the bot says exactly `bot` (not looked at if
    absent, silence if []) and `then` holds: {step: id, error: code, any path: value}."""

    user: Annotated[SaidPart, BeforeValidator(_as_said)] | None = None
    wait: Annotated[float, BeforeValidator(_seconds)] | None = None
    bot: Annotated[list[Annotated[ExpectedPart, BeforeValidator(_as_said)]], BeforeValidator(_as_said_list)] | None = (
        None
    )
    then: dict[str, Any] = Field(default_factory=dict)


class _Conversation(_Part):
    given: GivenPart = Field(default_factory=GivenPart)
    effects: list[EffectPart] = Field(default_factory=list, max_length=MAX_EFFECTS)
    turns: Annotated[list[TurnPart], Field(min_length=1, max_length=MAX_TURNS)]


class Script(_Conversation):
    """A conversation test in a file of its own: `bot` is the path of its bot."""

    bot: Annotated[str, Field(min_length=1)]
    name: str = ""


class KeptScript(_Conversation):
    """A conversation test that is kept with its bot, as the API takes it: the same without `bot`. Where only the text
    of a message matters, the text itself may stand in its place, as in the file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "A known guest is greeted",
                "given": {"user": {"name": "Bob"}},
                "turns": [{"user": {"text": "start"}, "bot": [{"text": "Hello Bob! How old are you?"}]}],
            }
        }
    )
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]


Conversation = TypeVar("Conversation", bound=_Conversation)


@dataclass(frozen=True, slots=True)
class ReadScript:
    """What a file held: the script, or None with what is wrong (path, line). `lines` say where its parts stand."""

    script: Script | None
    findings: list[Finding]
    lines: Mapping[str, int]


def read_script(path: Path) -> ReadScript:
    """Read a conversation test, YAML or JSON. Raises OSError if the file cannot be read."""
    source = read(path.read_bytes(), "json" if path.suffix.lower() == ".json" else "yaml", with_lines=True)
    if source.findings:
        return ReadScript(None, source.findings, source.lines)
    script, findings = _examined(Script, source.tree)
    return ReadScript(script if not findings else None, findings, source.lines)


def kept_script(tree: Any, language: Language = "en") -> KeptScript:
    """A test that is to be kept with its bot, or was. Raises Invalid with every finding: path, message, hint."""
    script, findings = _examined(KeptScript, tree)
    if script is None or findings:
        words = [(finding.path, *word(finding, language)) for finding in findings]
        details = [ErrorDetail(path, message, hint) for path, message, hint in words]
        raise Invalid(_TITLE[language], code="test_invalid", errors=details)
    return script


def _examined(shape: type[Conversation], tree: Any) -> tuple[Conversation | None, list[Finding]]:
    if findings := guard(tree):
        return None, findings
    script, findings = validate(shape, tree)
    return script, findings if script is None else [*_odd_turns(script), *_odd_effects(script)]


def _odd_turns(script: _Conversation) -> list[Finding]:
    findings = []
    for index, turn in enumerate(script.turns):
        if (turn.user is None) == (turn.wait is None):
            findings.append(Finding("one_of", f"turns[{index}]", {"options": "user, wait"}))
        findings += [
            Finding("bad_path", f"turns[{index}].then.{path}", {"value": path})
            for path in turn.then
            if path not in ("step", "error") and not _is_kept_path(path)
        ]
    return findings


def _odd_effects(script: _Conversation) -> list[Finding]:
    return [
        Finding("one_of", f"effects[{index}]", {"options": "request, integration, code, file"})
        for index, effect in enumerate(script.effects)
        if sum(part is not None for part in (effect.request, effect.integration, effect.code, effect.file)) != 1
    ]


def _is_kept_path(text: str) -> bool:
    try:
        return parse_path(text).scope in KEPT_SCOPES
    except PathError:
        return False
