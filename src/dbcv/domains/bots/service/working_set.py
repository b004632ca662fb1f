"""A batch of changes applied in memory, one after the other, to the parts it touches: pure, and the tables follow at
once or not at all. `parts.py` brings the stored parts in and writes what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.part_shapes import MAX_ORDINAL
from dbcv.domains.bots.document.reading import join
from dbcv.domains.bots.document.shape_check import validate
from dbcv.domains.bots.document.wording import Finding, Language, word
from dbcv.domains.bots.schemas import Fields, Loosened
from dbcv.domains.bots.service.kinds import LINKS, PARENTS
from dbcv.kit.errors import ErrorDetail
from dbcv.kit.ids import new_id

Op = Literal["add", "update", "remove"]
Key = tuple[str, UUID]
_OPS: dict[str, tuple[Op, ...]] = {"bot": ("update",)}
_ALL_OPS: tuple[Op, ...] = ("add", "update", "remove")


@dataclass(frozen=True, slots=True)
class Change:
    """One wish: `op` on the part `id` (a new part may leave its id to us) with these `fields`."""

    op: Op
    kind: str
    id: UUID | None
    fields: Fields


@dataclass(slots=True)
class Entry:
    """A part: as it is stored (None: it is not), as it will be (None: removed), and the change that named it last."""

    before: Fields | None
    now: Fields | None
    change: int | None = None


class WorkingSet:
    """The touched parts of one draft. What is wrong gathers in `faults`; nothing may be stored then."""

    def __init__(self, shapes: Mapping[str, type[BaseModel]], language: Language, alone: bool = False) -> None:
        self._shapes = shapes
        self.language: Language = language
        self._alone = alone
        self._gone: set[Key] = set()
        self.entries: dict[Key, Entry] = {}
        self.wishes: dict[str, dict[UUID, int]] = {}
        self.faults: list[ErrorDetail] = []
        self.loosened: list[Loosened] = []

    def know(self, kind: str, parts: Mapping[UUID, Fields]) -> None:
        """Bring stored parts in."""
        for part_id, fields in parts.items():
            self.entries.setdefault((kind, part_id), Entry(fields, fields))

    def apply(self, changes: Sequence[Change]) -> None:
        """Do all changes in their order, then let go of what was removed."""
        for number, change in enumerate(changes):
            self._apply(number, change)
        self._remove_orphans()
        self._loosen()

    def place(self, number: int | None, key: tuple[str, Any], inner: str = "") -> str:
        """Where something is wrong, as a path into the request; parts no change named are called by their id."""
        if number is None:
            return _under(f"{key[0]}[{key[1]}]", inner)
        return inner if self._alone else _under(f"changes[{number}].fields", inner)

    def fault(self, number: int | None, key: tuple[str, Any], finding: Finding, field: str = "") -> None:
        """Note what is wrong; with `field`, at that field of the change itself and not of its fields."""
        path = self.place(number, key, finding.path)
        if field:
            path = field if self._alone else f"changes[{number}].{field}"
        self.faults.append(ErrorDetail(path, *word(finding, self.language)))

    def changed(self) -> dict[Key, Entry]:
        """Parts that differ from what is stored, but for their place."""
        return {key: entry for key, entry in self.entries.items() if entry.before != entry.now}

    def is_there(self, kind: str, part_id: UUID) -> bool | None:
        """Whether the part is there after the batch; None if the batch does not know it."""
        entry = self.entries.get((kind, part_id))
        return None if entry is None else entry.now is not None

    # One change

    def _apply(self, number: int, change: Change) -> None:
        kind = change.kind
        if kind not in self._shapes:
            listed = {"name": kind, "options": ", ".join(self._shapes)}
            self.fault(number, (kind, ""), Finding("unknown_kind", "", listed), "kind")
            return
        allowed = _OPS.get(kind, _ALL_OPS)
        if change.op not in allowed:
            finding = Finding("bad_op", "", {"name": change.op, "kind": kind, "options": ", ".join(allowed)})
            self.fault(number, (kind, ""), finding, "op")
        elif kind == "message":
            self._change_message(number, change)
        else:
            {"add": self._add, "update": self._update, "remove": self._remove}[change.op](number, change)

    def _add(self, number: int, change: Change) -> None:
        key = (change.kind, change.id or new_id())
        entry = self.entries.get(key)
        if entry is not None and entry.now is not None:
            self._absent_or_there("part_is_there", number, key)
            return
        fields = self._shaped(number, key, change.fields, change.fields)
        if fields is not None:
            self._gone.discard(key)
            self.entries[key] = Entry(entry.before if entry else None, fields, number)
            self._wish(key, change.fields, None, fields)

    def _update(self, number: int, change: Change) -> None:
        found = self._found(number, change.kind, change)
        if found is None:
            return
        key, entry, before = found
        fields = self._shaped(number, key, before | change.fields, change.fields)
        if fields is not None:
            entry.now, entry.change = fields, number
            self._wish(key, change.fields, before, fields)

    def _remove(self, number: int, change: Change) -> None:
        found = self._found(number, change.kind, change)
        if found is not None:
            key, entry, _ = found
            entry.now, entry.change = None, number
            self._gone.add(key)
            self.wishes.get(change.kind, {}).pop(key[1], None)

    def _change_message(self, number: int, change: Change) -> None:
        """A message stands in its step's row and bears its step's id."""
        found = self._found(number, "step", change)
        if found is None:
            return
        key, entry, step = found
        message = step["message"]
        if change.op == "add" and message is not None:
            self._absent_or_there("part_is_there", number, ("message", key[1]))
            return
        if change.op != "add" and message is None:
            self._absent_or_there("no_such_part", number, ("message", key[1]))
            return
        fields = None
        if change.op != "remove":
            fields = self._shaped(number, ("message", key[1]), (message or {}) | change.fields, change.fields)
            if fields is None:
                return
        entry.now, entry.change = step | {"message": fields}, number

    def _found(self, number: int, kind: str, change: Change) -> tuple[Key, Entry, Fields] | None:
        key = (kind, change.id or UUID(int=0))
        entry = self.entries.get(key)
        if entry is None or entry.now is None or self._hangs_on_gone(kind, entry.now):
            self._absent_or_there("no_such_part", number, key)
            return None
        return key, entry, entry.now

    def _hangs_on_gone(self, kind: str, fields: Fields) -> bool:
        link = PARENTS.get(kind)
        if link is None or fields[link] is None:
            return False
        parent = (LINKS[kind][link], UUID(fields[link]))
        holder = self.entries.get(parent)
        return parent in self._gone or bool(holder and holder.now and self._hangs_on_gone(parent[0], holder.now))

    def _absent_or_there(self, code: str, number: int, key: Key) -> None:
        self.fault(number, key, Finding(code, "", {"kind": key[0], "id": key[1]}), "id")

    def _wish(self, key: Key, given: Fields, before: Fields | None, now: Fields) -> None:
        """Keep the place asked for apart from the fields; what moves to another parent goes last."""
        if "ordinal" in now:
            now["ordinal"] = before["ordinal"] if before else None
        link = PARENTS.get(key[0], "")
        wishes = self.wishes.setdefault(key[0], {})
        if given.get("ordinal") is not None:
            wishes.pop(key[1], None)
            wishes[key[1]] = given["ordinal"]
        elif before is not None and before.get(link) != now.get(link):
            wishes[key[1]] = MAX_ORDINAL

    # Shape

    def _shaped(self, number: int, key: Key, fields: Fields, given: Fields) -> Fields | None:
        """`fields` with every default, ids in one spelling; None if they are wrong."""
        findings = guard(given)
        if not findings:
            model, findings = validate(self._shapes[key[0]], fields)
            if model is not None:
                dense = model.model_dump()
                findings = self._spell_links(key[0], dense)
                if not findings:
                    return dense
        for finding in findings:
            self.fault(number, key, finding)
        return None

    def _spell_links(self, kind: str, fields: Fields) -> list[Finding]:
        findings = []
        for holder, link, path, target in links_of(kind, fields):
            try:
                holder[link] = str(UUID(holder[link]))
            except ValueError:
                findings.append(Finding("no_id", path, {"value": holder[link], "kind": target}))
                continue
            if (target, UUID(holder[link])) in self._gone:
                findings.append(Finding("no_such_part", path, {"kind": target, "id": holder[link]}))
        return findings

    # What removed parts leave behind

    def _remove_orphans(self) -> None:
        for kind in PARENTS:
            for (its_kind, part_id), entry in self.entries.items():
                if its_kind == kind and entry.now is not None and self._hangs_on_gone(kind, entry.now):
                    entry.now = None
                    self._gone.add((kind, part_id))

    def _loosen(self) -> None:
        for (kind, part_id), entry in self.entries.items():
            if entry.now is None:
                continue
            gone = [named for named in links_of(kind, entry.now) if (named[3], UUID(named[0][named[1]])) in self._gone]
            if gone:
                entry.now = self._without(kind, part_id, entry.now, gone)

    def _without(self, kind: str, part_id: UUID, fields: Fields, gone: Iterable[Any]) -> Fields:
        loose = dict(fields)
        for holder, link, path, _ in gone:
            self.loosened.append(Loosened(kind, str(part_id), path, holder[link]))
            if holder is fields:
                loose[link] = None
            else:
                loose["message"] = holder | {link: None}
        return loose


def links_of(kind: str, fields: Fields) -> list[tuple[Fields, str, str, str]]:
    """What a part names: the object that holds the id, its key, the path, the kind of what is named."""
    found = []
    for link, target in LINKS.get(kind if kind != "message" else "step", {}).items():
        inside = link == "widget_id" and kind == "step"
        holder = (fields.get("message") or {}) if inside else fields
        if holder.get(link) is not None:
            found.append((holder, link, join("message", link) if inside else link, target))
    return found


def _under(place: str, inner: str) -> str:
    if not inner or inner.startswith("["):
        return place + inner
    return f"{place}.{inner}"
