"""Every call × another tenant's ids, a visitor, nobody, a viewer: refused, and nothing in the database has changed.

Made from the API's description: a new call, or an id of a new kind, is tried by itself, or fails here.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
import pytest

from tests.api_contract.conftest import Running
from tests.api_contract.description import Call, Description
from tests.api_contract.world import Client, Tenant, register, settle, snapshot

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLURALS = {
    "steps": "step", "connection_groups": "connection_group", "connections": "connection", "requests": "request",
    "widgets": "widget", "notes": "note", "emitters": "emitter", "crons": "cron", "templates": "template",
    "template_groups": "template_group", "template_instances": "template_instance", "channels": "channel",
    "bots": "bot", "messages": "message",
}  # fmt: skip
KINDS = {
    "bot_id": "bot", "from_bot_id": "bot", "default_bot_id": "bot", "recipient_id": "bot", "channel_id": "channel",
    "session_id": "session", "message_id": "message", "after": "message", "turn_id": "turn", "letter_id": "dead_letter",
    "user_id": "user", "sender_id": "user", "actor_id": "user", "object_id": "bot", "subscriber_id": "bot",
    "login_id": "login", "token_id": "api_token", "invitation_id": "invitation", "attachment_id": "attachment",
    "credential_id": "credential", "template_id": "template", "step_id": "step", "step_ids": "step",
    "first_step_id": "step", "next_step_id": "step", "timeout_step_id": "step", "request_id": "request",
    "widget_id": "widget", "template_instance_id": "template_instance", "number": "revision",
    "after_step_id": "step", "connection_group_id": "connection_group",
    "preset_id": "preset", "integration_id": "integration", "name": "icon", "item_id": "gallery",
    "test_id": "conversation_test",
}  # fmt: skip
NO_TENANTS = re.compile(r"(/api/v1)?/(icons|presets|integrations|gallery)/.*")
"""Icons, presets, integrations and the gallery belong to the installation: everybody sees them."""


NO_THINGS = {"preset_id", "integration_id", "external_id", "operation_id", "item_id"}
"""What bodies name that belongs to no tenant."""
ADMINS = "/api/v1/users/{user_id}"


def kind_of(name: str, path: str) -> str:
    """Which kind of thing an id in this path (or the body or query of this call) names. KeyError: think of it here."""
    first = path.split("/")[3]
    if name in ("part_id", "id"):
        return PLURALS[first]
    if name == "group_id":
        return "template_group" if first.startswith("template") else "connection_group"
    if name == "step_id" and first == "template_instances":
        return "template_instance"
    if name == "subscriber_id" and "{subscriber_id}" in path:
        return "user"
    return KINDS[name]


class Asker:
    """Makes calls out of the description: ids of one tenant in the path, of another in the rest."""

    def __init__(self, description: Description, calls: list[Call]) -> None:
        self.description = description
        self.calls = calls

    def with_ids(self) -> Iterator[Call]:
        """Those whose path names a tenant's thing."""
        for call in self.calls:
            if "{" in call.path and not NO_TENANTS.fullmatch(call.path):
                yield call

    def path(self, call: Call, ids: Mapping[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: ids[kind_of(found[1], call.path)], call.path)

    def query(self, call: Call, ids: Mapping[str, str]) -> dict[str, Any]:
        """What must be given, and example values."""
        given = {}
        for parameter in call.parameters("query"):
            name, schema = parameter["name"], self.description.resolved(parameter["schema"])
            if not parameter.get("required"):
                continue
            is_id = "uuid" in (schema.get("format"), schema.get("items", {}).get("format"))
            given[name] = ids[kind_of(name, call.path)] if is_id else parameter["schema"]["examples"][0]
        return given

    def body(self, call: Call, ids: Mapping[str, str]) -> tuple[str, Any]:
        """(media type, the example with these ids)."""
        if not call.bodies:
            return "", None
        media_type, content = next(iter(call.bodies.items()))
        example = copy.deepcopy(self.description.examples(content)[0])
        return media_type, self._named(example, call.path, ids)

    def _named(self, value: Any, path: str, ids: Mapping[str, str]) -> Any:
        if isinstance(value, list):
            return [self._named(each, path, ids) for each in value]
        if not isinstance(value, dict):
            return value
        return {key: self._id(key, each, path, ids) for key, each in value.items()}

    def _id(self, key: str, value: Any, path: str, ids: Mapping[str, str]) -> Any:
        if isinstance(value, str) and UUID_TEXT.fullmatch(value):
            return ids[kind_of(key, path)] if key != "id" else value
        if key.endswith("_ids") and isinstance(value, list):
            return [ids[kind_of(key, path)] for _ in value]
        return self._named(value, path, ids)

    def send(self, client: Client, call: Call, path: str, query: Any, media_type: str, body: Any) -> httpx2.Response:
        headers = {"If-Match": "*"} if ("if-match" in {each["name"] for each in call.parameters("header")}) else {}
        how: dict[str, Any] = {"params": query, "headers": headers, "follow_redirects": False}
        if media_type.endswith("json"):
            how["json"] = body
        elif media_type == "multipart/form-data":
            how["files"] = {"file": ("a.txt", b"some words")}
        elif media_type.endswith("urlencoded"):
            how["data"] = body
        elif media_type:
            how["content"] = str(body).encode()
        return client.http.request(call.method.upper(), path, **how)

    def ask(self, client: Client, call: Call, ids: Mapping[str, str], rest: Mapping[str, str]) -> httpx2.Response:
        """`ids` in the path, `rest` in query and body."""
        media_type, body = self.body(call, rest)
        return self.send(client, call, self.path(call, ids), self.query(call, rest), media_type, body)

    def id_fields(self, call: Call) -> Iterator[tuple[str, str]]:
        """("query" | "body", name) of every field outside the path that names a thing."""
        for parameter in call.parameters("query"):
            schema = self.description.resolved(parameter["schema"])
            if schema.get("format") == "uuid" and parameter["name"] != "cursor":
                yield "query", parameter["name"]
        for media_type, content in call.bodies.items():
            schema = self.description.resolved(content["schema"])
            for name in schema.get("properties", {}) if media_type == "application/json" else ():
                if name not in NO_THINGS and (name == "id" or name.endswith(("_id", "_ids"))):
                    yield "body", name


@pytest.fixture(scope="module")
def asker(description: Description) -> Asker:
    return Asker(description, list(description.calls()))


@pytest.fixture(scope="module")
def anna(running: Running) -> Tenant:
    return settle(running.url, running.database_url, "anna")


@pytest.fixture(scope="module")
def boris(running: Running) -> Tenant:
    return settle(running.url, running.database_url, "boris")


@pytest.fixture
def nothing_changes(running: Running, anna: Tenant, boris: Tenant) -> Iterator[None]:
    before = snapshot(running.database_url)
    yield
    after = snapshot(running.database_url)
    assert {name for name, digest in before.items() if after[name] != digest} == set()


def _root(tenant: Tenant) -> Client:
    """The same person, without the API's prefix."""
    return Client(str(tenant.client.http.base_url).partition("/api/")[0], tenant.client.token, "")


def _wrong(asker: Asker, client: Client, ids: Any, rest: Any, allowed: set[int]) -> list[str]:
    wrong = []
    for call in asker.with_ids():
        answer = asker.ask(client, call, ids, rest)
        if answer.status_code not in (allowed if call.path != ADMINS else {403}):
            wrong.append(f"{call.name}: {answer.status_code} {answer.text[:200]}")
    return wrong


@pytest.mark.usefixtures("nothing_changes")
def test_another_tenants_things_are_not_there(asker: Asker, anna: Tenant, boris: Tenant) -> None:
    assert _wrong(asker, _root(boris), anna.ids, boris.ids, {404}) == []


@pytest.mark.usefixtures("nothing_changes")
def test_nobody_gets_in(asker: Asker, anna: Tenant, running: Running) -> None:
    nobody = Client(running.url, "", "")
    hooks = {call.path for call in asker.calls if "webhooks" in call.operation["tags"]}
    wrong = []
    for call in asker.calls:
        if call.operation["security"]:
            answer = asker.ask(nobody, call, anna.ids, anna.ids)
            wrong += [f"{call.name}: {answer.status_code}"] if answer.status_code != 401 else []
    assert wrong == []
    assert {call.path for call in asker.with_ids() if not call.operation["security"]} == hooks
    for call in asker.with_ids():
        if call.path in hooks:
            assert asker.ask(nobody, call, anna.ids, anna.ids).status_code in (401, 404)


def test_a_visitor_sees_the_room_he_is_in_and_nothing_else(
    asker: Asker, anna: Tenant, boris: Tenant, running: Running
) -> None:
    wish = {"channel_id": boris.ids["public_channel"]}
    token = Client(running.url).make("POST", "/login/anonymous-access-token", wish)["access_token"]
    before = snapshot(running.database_url)
    assert _wrong(asker, Client(running.url, token, ""), anna.ids, boris.ids, {403, 404}) == []
    assert snapshot(running.database_url) == before


VIEWERS_OWN = {"POST /api/v1/bots/{bot_id}/copy", "POST /api/v1/bots/{bot_id}/tests/run"}
"""What makes something of the viewer's own, or nothing that stays."""


def test_a_viewer_reads_and_changes_nothing(asker: Asker, anna: Tenant, running: Running) -> None:
    client, viewer_id, email = register(running.url, "vera")
    for path in (f"/bots/{anna.ids['bot']}/access", f"/template_groups/{anna.ids['template_group']}/access"):
        anna.client.make("PUT", path, {"email": email, "role": "viewer"})
    before, wrong = snapshot(running.database_url), []
    for call in asker.with_ids():
        if call.name in VIEWERS_OWN:
            continue
        answer = asker.ask(Client(running.url, client.token, ""), call, anna.ids, anna.ids)
        allowed = {200, 403, 404} if call.method == "get" else {403, 404}
        wrong += [f"{call.name}: {answer.status_code} {answer.text[:200]}"] if answer.status_code not in allowed else []
    assert wrong == []
    assert snapshot(running.database_url) == before
    assert client.make("GET", f"/bots/{anna.ids['bot']}")["access"] == "viewer", viewer_id


def test_a_foreign_id_among_ones_own_is_not_taken(asker: Asker, anna: Tenant, boris: Tenant, running: Running) -> None:
    before, wrong, tried = _of(running, anna), [], 0
    for call in asker.calls:
        for place, name in asker.id_fields(call):
            tried += 1
            answer = _with_one_foreign(asker, _root(boris), call, place, name, anna.ids, boris.ids)
            if not _is_harmless(call, name, answer, anna):
                wrong.append(f"{call.name} {place}.{name}: {answer.status_code} {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)
    assert tried > 60
    assert _of(running, anna) == before


UNFINISHED = {"request_id", "credential_id"}
"""What a group of a draft may name without doing its work yet. Nothing is found by it outside of the bot itself."""


def _is_harmless(call: Call, name: str, answer: httpx2.Response, owner: Tenant) -> bool:
    """Refused; or a list that was narrowed down to nothing of the owner's; or a draft that names what is not there."""
    if answer.status_code in (403, 404, 409, 422):
        return True
    if call.method == "get":
        return answer.status_code == 200 and not any(
            each in answer.text for each in owner.ids.values() if len(each) == 36
        )
    return name in UNFINISHED and "/connection_groups" in call.path and answer.status_code in (200, 201)


def _with_one_foreign(
    asker: Asker, client: Client, call: Call, place: str, name: str, foreign: Mapping[str, str], own: Mapping[str, str]
) -> httpx2.Response:
    media_type, body = asker.body(call, own)
    query = asker.query(call, own)
    named = foreign[kind_of(name, call.path)]
    if place == "query":
        query[name] = named
    else:
        body[name] = [named] if name.endswith("_ids") else named
    return asker.send(client, call, asker.path(call, own), query, media_type, body)


def _of(running: Running, tenant: Tenant) -> Any:
    """Everything that one tenant sees."""
    bot, channel = tenant.ids["bot"], tenant.ids["channel"]
    paths = (
        f"/bots/{bot}/export", f"/bots/{bot}/sessions", f"/channels/{channel}", f"/channels/{channel}/messages",
        f"/channels/{channel}/subscribers", f"/credentials?bot_id={bot}", f"/templates?bot_id={bot}",
        f"/templates/{tenant.ids['template']}", f"/emitters?bot_id={bot}", f"/crons?bot_id={bot}", "/bots", "/channels",
        "/template_groups", f"/bots/{bot}/access", f"/bots/{bot}/revisions",
    )  # fmt: skip
    return {path: tenant.client.make("GET", path) for path in paths}
