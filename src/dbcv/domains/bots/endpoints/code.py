"""Trying code before it runs in conversations: `POST /bots/{id}/code/run`."""

import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dbcv.domains.accounts.endpoints import User
from dbcv.domains.bots.endpoints.given import Service
from dbcv.domains.bots.service.code import Trial

MAX_CODE_CHARS = 100_000
router = APIRouter(prefix="/bots", tags=["bots"])
Scope = Annotated[dict[str, JsonValue], Field(max_length=1_000)]


class CodeRunIn(BaseModel):
    """What to try: `code`, or the stored code of a connection group. `seed` makes chance repeat."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "async def main(message, variables):\n    return {'text': message['text'].upper()}",
                "message": {"text": "hello"},
                "variables": {"user": {"name": "Ann"}},
            }
        },
    )
    code: str | None = Field(None, max_length=MAX_CODE_CHARS)
    connection_group_id: UUID | None = None
    message: Scope = Field(default_factory=dict)
    variables: Annotated[dict[str, Scope], Field(max_length=20)] = Field(default_factory=dict)
    seed: int | None = Field(None, ge=0, le=2**63 - 1)


class CodeRunOut(BaseModel):
    """What `main` returned, or what went wrong with the line; what it printed; how long it took, the wait included."""

    ok: bool
    result: Any
    error: str | None
    log: str
    elapsed_ms: float


@router.post("/{bot_id}/code/run")
async def run_code(bot_id: UUID, wish: CodeRunIn, caller: User, service: Service) -> CodeRunOut:
    """Run code as a turn would, in the same sandbox and with the same limits; nothing is saved or sent."""
    trial = Trial(wish.code, wish.connection_group_id, wish.message, dict(wish.variables), wish.seed)
    begin = time.perf_counter()
    reply = await service.code.run(caller.id, bot_id, trial)
    return CodeRunOut(**reply, elapsed_ms=round((time.perf_counter() - begin) * 1_000, 3))
