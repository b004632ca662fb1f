"""Who changed what is kept for every call that changes something: each is made once, as its owner, and looked for."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.api_contract.conftest import Running
from tests.api_contract.description import Call, Description
from tests.api_contract.test_tenancy import Asker
from tests.api_contract.world import Client, Tenant, query, settle

WORDS = Path(__file__).resolve().parents[2] / "web" / "src" / "features" / "settings" / "actions.ts"
OWN_TESTS = re.compile(r"/api/v1/(login|users|icons|invitations)\b.*")
"""Accounts and icons: tests/domains/accounts/test_audit.py and tests/domains/media/test_icons.py."""
NO_CHANGE = re.compile(
    r".*/(execute|run|preview|fragment|talk|import|test)$|POST /api/v1/bots/\{bot_id\}/requests/import"
)
"""Nothing stays of it but an answer, or what stays is told by another call of the list."""
TALK = re.compile(
    r".* (/api/v1)?/(messages|sessions/\{session_id\}/messages|channels/.*/(message|telegram|me)|attachments(/.*)?)$"
)
"""What people say is itself the record of it; files of bots are in the log, files of chats are not."""
LAST = ("PUT /api/v1/bots/{bot_id}/document", "/channels/{channel_id}", "/bots/{bot_id}")
"""Makes others' ids worthless; in this order."""
OWNERS = ("/steps", "/template_instances", "/templates", "/template_groups", "/sessions")
SAID_BEFORE = {"PATCH /api/v1/steps/{step_id}/message"}
"""Its example says what the call before it has said: what changes nothing is no event."""
IMPORTS = {"POST /api/v1/bots/import", "POST /api/v1/templates/import"}


def changes(asker: Asker) -> list[Call]:
    """All that change something; what deletes comes last, the bot at the very end."""
    calls = [
        call
        for call in asker.calls
        if call.method != "get" and not OWN_TESTS.fullmatch(call.path) and not TALK.fullmatch(call.name)
        and (call.name in IMPORTS or not NO_CHANGE.fullmatch(call.name))
    ]  # fmt: skip
    return sorted(calls, key=_turn)


def _turn(call: Call) -> tuple[int, int, int]:
    """Parts before what they are part of, and all of it before what takes it away."""
    last = [name for name in LAST if call.name == name or (call.method == "delete" and call.path.endswith(name))]
    owner = [name for name in OWNERS if call.path.startswith(f"/api/v1{name}/")]
    deletes = call.method == "delete"
    return (
        LAST.index(last[0]) + 1 if last else 0, int(deletes),
        (OWNERS.index(owner[0]) + 1) * 10 - call.path.count("/") if deletes and owner else 0,
    )  # fmt: skip


def events(running: Running, tenant: Tenant) -> list[Any]:
    statement = "SELECT action, bot_id FROM audit_event WHERE actor_id = $1"
    return query(running.database_url, statement, UUID(tenant.ids["user"]))


@pytest.fixture(scope="module")
def asker(description: Description) -> Asker:
    return Asker(description, list(description.calls()))


def test_every_change_is_in_the_log(asker: Asker, running: Running) -> None:
    clara = settle(running.url, running.database_url, "clara")
    client, known = Client(running.url, clara.client.token, ""), len(events(running, clara))
    silent, refused = [], []
    for call in changes(asker):
        media_type, body = asker.body(call, clara.ids)
        if isinstance(body, dict) and "version" in body:
            body["version"] = clara.client.make("GET", f"/bots/{clara.ids['bot']}")["version"]
            body = body if call.path.endswith("/changes") else {key: body[key] for key in body if key != "version"}
        path, asked = asker.path(call, clara.ids), asker.query(call, clara.ids)
        answer = asker.send(client, call, path, asked, media_type, body)
        found = len(events(running, clara))
        if not answer.is_success:
            refused.append(f"{call.name}: {answer.status_code} {answer.text[:150]}")
        elif found == known:
            silent.append(f"{call.name}: {answer.status_code}")
        known = found
    assert [each for each in silent if each.partition(": ")[0] not in SAID_BEFORE] == []
    assert len(refused) < 30, "\n".join(refused)
    words = WORDS.read_text()
    of_bots = {row["action"] for row in events(running, clara) if row["bot_id"]} - {"bot.deleted"}
    assert {action for action in of_bots if f'"{action}"' not in words} == set()
