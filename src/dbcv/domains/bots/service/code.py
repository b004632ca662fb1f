"""Code of a bot before it runs in a turn: what is wrong with it, and trying it. Both happen in the sandbox; this
process neither compiles nor runs a line of it. Called by `Bots` and `Parts`."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.wording import Language
from dbcv.domains.bots.repository import parts as rows
from dbcv.domains.bots.schemas import Document
from dbcv.domains.bots.service.rights import see
from dbcv.engine.problems import Problem
from dbcv.kit.clock import utc_now
from dbcv.kit.db import Database
from dbcv.sandbox.port import CodeCall, CodeSandbox, Complaint, Reply

MAX_CHECKED = 200
"""Code steps of one document that are looked into; more are looked into when they are changed."""
_HINTS = {
    "en": "Mend this line; POST /bots/{id}/code/run tries it",
    "ru": "Исправьте эту строку; проверить её можно пробным запуском",
}
Complaints = Mapping[str, list[Complaint]]
"""By the code itself."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: the code, or the stored code of a connection group; the message and variables it is given."""

    code: str | None
    connection_group_id: UUID | None
    message: dict[str, Any]
    variables: dict[str, Any]
    seed: int | None


class BotCode:
    """`sandbox` None: this process tries no code, and finds nothing wrong with any."""

    def __init__(self, db: Database, sandbox: CodeSandbox | None) -> None:
        self._db, self._sandbox = db, sandbox

    async def run(self, caller_id: UUID, bot_id: UUID, trial: Trial) -> Reply:
        """The reply a turn would get. Raises NotFound, Forbidden for viewers, Invalid where there is no code."""
        async with self._db.read() as session:
            seen = await see(session, bot_id, caller_id)
            if seen.access == "viewer":
                raise errors.not_an_editor()
            code = trial.code
            if trial.connection_group_id is not None:
                code = await _stored(session, bot_id, trial.connection_group_id)
        if not code:
            raise errors.no_code()
        if self._sandbox is None:
            raise errors.no_sandbox()
        seed = secrets.randbits(63) if trial.seed is None else trial.seed
        call = CodeCall(str(bot_id), code, trial.message, trial.variables, utc_now(), seed)
        return await self._sandbox.run(call)

    async def complaints(self, owner: UUID, codes: list[str]) -> Complaints:
        """What is wrong with each."""
        if self._sandbox is None:
            return {}
        return {code: await self._sandbox.check(str(owner), code) for code in dict.fromkeys(codes[:MAX_CHECKED])}

    async def problems(self, bot_id: UUID, document: Document, language: Language = "en") -> list[Problem]:
        """What is wrong with the code of a whole document."""
        places = list(_places(document))
        found = await self.complaints(bot_id, [code for _, _, code in places])
        return [each for path, step, code in places for each in as_problems(found, code, path, step, language)]


def as_problems(found: Complaints, code: str, path: str, step_id: str | None, language: Language) -> Iterator[Problem]:
    """Complaints about one code as problems at `path`; a draft may be kept with them, not published with errors."""
    for each in found.get(code, ()):
        severity: Any = "error" if each.is_error else "warning"
        words = f"line {each.line}: {each.message}" if language == "en" else f"строка {each.line}: {each.message}"
        yield Problem(severity, "bad_code", path, words, _HINTS[language], step_id)


def code_of(group: Mapping[str, Any]) -> str | None:
    """The code a connection group runs, if it runs any."""
    code = group.get("code")
    return code if group.get("search_type") == "code" and isinstance(code, str) and code.strip() else None


def _places(document: Document) -> Iterator[tuple[str, str | None, str]]:
    """Where code stands: path, step, code."""
    yield from _of_groups("master_connection_groups", None, document.get("master_connection_groups") or [])
    yield from _of_steps("", document.get("steps") or [])
    for index, template in enumerate(document.get("templates") or []):
        yield from _of_steps(f"templates[{index}].", template.get("steps") or [])


def _of_steps(prefix: str, steps: list[dict[str, Any]]) -> Iterator[tuple[str, str | None, str]]:
    for index, step in enumerate(steps):
        groups = step.get("connection_groups") or []
        yield from _of_groups(f"{prefix}steps[{index}].connection_groups", step.get("id"), groups)


def _of_groups(path: str, step_id: str | None, groups: list[dict[str, Any]]) -> Iterator[tuple[str, str | None, str]]:
    for index, group in enumerate(groups):
        code = code_of(group)
        if code is not None:
            yield f"{path}[{index}].code", step_id, code


async def _stored(session: AsyncSession, bot_id: UUID, group_id: UUID) -> str | None:
    found = await rows.some(session, "connection_group", bot_id, [group_id])
    if group_id not in found:
        raise errors.no_such_part("connection_group")
    return code_of(found[group_id])
