"""Between a document and the tables, pure: stored ids instead of a file's ids, and what differs between two drafts.

Called by the service. Every id of an imported document is replaced, so a file can name no row of another bot.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from dbcv.domains.bots.schemas import Document
from dbcv.kit.ids import new_id

Ids = dict[str, dict[str, str]]

_SECTIONS = {
    "step": "steps",
    "request": "requests",
    "template": "templates",
    "widget": "widgets",
    "credential": "credentials",
}
_BOT_FIELDS = ("name", "description", "variables", "first_step_id", "master_connection_groups", "emitters", "notes")
MAX_LISTED_CHANGES = 200


def with_stored_ids(document: Document, known: Ids) -> tuple[Document, Ids]:
    """A copy of `document` whose ids are stored ids, and the ids its file used: {kind: {id in the file: stored id}}.

    `known` are the ids the bot has already (`known_ids`): parts named by one of them keep it, all others get new ones.
    """
    book = _IdBook(known)
    for kind, section in _SECTIONS.items():
        for part in document[section]:
            book.enter(kind, part["id"])
    stored = document | {
        section: [book.renamed(kind, part) for part in document[section]] for kind, section in _SECTIONS.items()
    }
    stored["templates"] = [_template(book, template) for template in stored["templates"]]
    stored["steps"] = [_step(book, "step", step) for step in stored["steps"]]
    stored["first_step_id"] = book.find("step", document["first_step_id"])
    stored["master_connection_groups"] = _groups(book, "step", document["master_connection_groups"])
    stored["notes"] = [note | {"step_id": book.find("step", note["step_id"])} for note in document["notes"]]
    if document.get("tests"):
        stored["tests"] = [_test(book, test) for test in document["tests"]]
    stored["emitters"] = [emitter | {"message": _message(book, emitter["message"])} for emitter in document["emitters"]]
    return stored, book.sources()


def known_ids(draft: Document, sources: Ids) -> Ids:
    """What `with_stored_ids` may keep: the ids `draft` has, and those its file used."""
    known = {kind: dict(names) for kind, names in sources.items()}
    for kind, section in _SECTIONS.items():
        known.setdefault(kind, {}).update((part["id"], part["id"]) for part in draft[section])
    for template in draft["templates"]:
        steps = known.setdefault(_steps_of(template["id"]), {})
        steps.update((step["id"], step["id"]) for step in template["steps"])
    return known


class _IdBook:
    """Stored ids by kind and document id."""

    def __init__(self, known: Ids) -> None:
        self._known = known
        self._stored: Ids = {}
        self._taken: set[str] = set()

    def enter(self, kind: str, document_id: str) -> str:
        stored = self._known.get(kind, {}).get(_plain(document_id))
        if stored is None or stored in self._taken:
            stored = str(new_id())
        self._taken.add(stored)
        self._stored.setdefault(kind, {})[document_id] = stored
        return stored

    def find(self, kind: str, document_id: str | None) -> str | None:
        """The stored id; an id that names nothing is kept from the tables (publishing reports what is missing)."""
        return None if document_id is None else self._stored.get(kind, {}).get(document_id)

    def anywhere(self, document_id: Any) -> Any:
        """The stored id of a step, of the bot or of one of its templates; what names none is kept."""
        if not isinstance(document_id, str):
            return document_id
        kinds = ("step", *(kind for kind in self._stored if kind.startswith("step of ")))
        return next((found for kind in kinds if (found := self.find(kind, document_id))), document_id)

    def named(self, kind: str, document_id: Any) -> Any:
        """The stored id of what a test may also call by another name."""
        return (self.find(kind, document_id) if isinstance(document_id, str) else None) or document_id

    def renamed(self, kind: str, part: dict[str, Any]) -> dict[str, Any]:
        return part | {"id": self._stored[kind][part["id"]]}

    def sources(self) -> Ids:
        """Ids files used for what is still there."""
        return {kind: self._of_kind(kind) for kind in self._stored}

    def _of_kind(self, kind: str) -> dict[str, str]:
        present = set(self._stored[kind].values())
        earlier = {name: stored for name, stored in self._known.get(kind, {}).items() if stored in present}
        now = {_plain(name): stored for name, stored in self._stored[kind].items()}
        return {name: stored for name, stored in (earlier | now).items() if name != stored}


def _plain(document_id: str) -> str:
    """UUIDs are the same in any spelling, other ids are as they are."""
    try:
        return str(UUID(document_id)) if len(document_id) == 36 else document_id
    except ValueError:
        return document_id


def _steps_of(template_id: str) -> str:
    return f"step of {template_id}"


def _template(book: _IdBook, template: dict[str, Any]) -> dict[str, Any]:
    kind = _steps_of(template["id"])
    for step in template["steps"]:
        book.enter(kind, step["id"])
    steps = [_step(book, kind, book.renamed(kind, step)) for step in template["steps"]]
    return template | {"first_step_id": book.find(kind, template["first_step_id"]), "steps": steps}


def _step(book: _IdBook, kind: str, step: dict[str, Any]) -> dict[str, Any]:
    instance = step["template_instance"]
    return step | {
        "timeout_step_id": book.find(kind, step["timeout_step_id"]),
        "message": _message(book, step["message"]),
        "template_instance": instance and instance | {"template_id": book.find("template", instance["template_id"])},
        "connection_groups": _groups(book, kind, step["connection_groups"]),
    }


def _message(book: _IdBook, message: dict[str, Any] | None) -> dict[str, Any] | None:
    return message and message | {"widget_id": book.find("widget", message["widget_id"])}


def _groups(book: _IdBook, kind: str, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        group
        | {
            "request_id": book.find("request", group["request_id"]),
            "credential_id": book.find("credential", group["credential_id"]),
            "connections": [
                edge | {"next_step_id": book.find(kind, edge["next_step_id"])} for edge in group["connections"]
            ],
        }
        for group in groups
    ]


def _test(book: _IdBook, test: dict[str, Any]) -> dict[str, Any]:
    """A conversation test whose steps, requests, credentials and widgets are the stored ones; else as it is written."""
    led = test | {"turns": [_turn(book, turn) for turn in test["turns"]]}
    if "effects" in test:
        led["effects"] = [_effect(book, effect) for effect in test["effects"]]
    return led


def _effect(book: _IdBook, effect: dict[str, Any]) -> dict[str, Any]:
    led = dict(effect)
    if "request" in led:
        led["request"] = book.named("request", led["request"])
    if "with" in led:
        links = {"request_id": "request", "credential_id": "credential"}
        led["with"] = {
            name: book.named(links[name], value) if name in links else value for name, value in led["with"].items()
        }
    return led


def _turn(book: _IdBook, turn: dict[str, Any]) -> dict[str, Any]:
    led = dict(turn)
    if "step" in turn.get("then", {}):
        led["then"] = turn["then"] | {"step": book.anywhere(turn["then"]["step"])}
    if isinstance(turn.get("bot"), dict):
        led["bot"] = _expected(book, turn["bot"])
    elif isinstance(turn.get("bot"), list):
        led["bot"] = [_expected(book, said) for said in turn["bot"]]
    return led


def _expected(book: _IdBook, said: Any) -> Any:
    return (
        said | {"widget": book.named("widget", said["widget"])} if isinstance(said, dict) and "widget" in said else said
    )


def differences(before: Document, after: Document) -> list[dict[str, Any]]:
    """What a change did, as [{"op": "added"|"updated"|"removed", "kind", "id", "name"}], at most MAX_LISTED_CHANGES."""
    found = [*_changed_fields(before, after)]
    for kind, section in _SECTIONS.items():
        found += _changed_parts(kind, before[section], after[section])
    return found[:MAX_LISTED_CHANGES]


def _changed_fields(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    for field in _BOT_FIELDS:
        if before[field] != after[field]:
            yield {"op": "updated", "kind": "bot", "id": field, "name": field}


def _changed_parts(kind: str, before: list[Any], after: list[Any]) -> Iterator[dict[str, Any]]:
    old, new = _by_id(before), _by_id(after)
    for part_id in old.keys() | new.keys():
        if old.get(part_id) != new.get(part_id):
            op = "added" if part_id not in old else "removed" if part_id not in new else "updated"
            part = new.get(part_id) or old[part_id]
            yield {"op": op, "kind": kind, "id": part_id, "name": part.get("name", "")}


def _by_id(parts: list[Any]) -> Mapping[str, Any]:
    return {part["id"]: part for part in parts}
