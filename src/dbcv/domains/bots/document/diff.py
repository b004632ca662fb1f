"""What differs between two dense documents of one bot, as a person would say it: structured, and in a sentence. Called
by the service with drafts and revisions, whose parts keep their ids; pure. Groups and connections, which have no ids in
a document, are matched by what they do."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbcv.domains.bots.document.diff_words import (
    FIELDS,
    MAX_QUOTED_CHARS,
    NOUNS,
    WORKS,
    phrase,
    sentence,
)
from dbcv.domains.bots.document.rule_words import rule_in_words, value_in_words
from dbcv.domains.bots.document.wording import Language, shorten
from dbcv.kit.json_text import dumps

MAX_DIFFERENCES = 500
MAX_SHOWN_MOVES = 5
MAX_VALUE_CHARS = 2_000
_PATIENCE = {"timeout_seconds": "request_timeout", "retries": "request_retries"}
_PARTS = {"requests": "request", "widgets": "widget", "credentials": "credential"}
_UNNAMED = {"emitters": ("emitter", "name"), "notes": ("note", "text")}
_MESSAGE = ("params", "attachments", "widget_id")
_GROUP = ("variables", "integration_config", "credential_id", "priority", "code")
_Groups = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: `code` says which for programs, `sentence` for people; `before` and `after` are values or words."""

    code: str
    kind: str
    id: str | None
    step_id: str | None
    before: Any
    after: Any
    sentence: str


def compare(before: dict[str, Any], after: dict[str, Any], language: Language) -> list[Difference]:
    """Every difference, what matters most first, moves on the canvas last. Dense documents, as drafts are loaded."""
    comparison = _Comparison(before, after, language)
    comparison.bot()
    comparison.steps(before["steps"], after["steps"])
    for template_id, (old, new) in _matched(before["templates"], after["templates"]).items():
        comparison.template(template_id, old, new)
    for section, kind in _PARTS.items():
        comparison.parts(kind, before[section], after[section])
    for section, (kind, title) in _UNNAMED.items():
        comparison.unnamed(kind, title, before[section], after[section])
    return comparison.found + comparison.moves()


class _Comparison:
    """Two documents being compared; differences gather in `found`."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any], language: Language) -> None:
        self.found: list[Difference] = []
        self._before = before
        self._after = after
        self._language: Language = language
        self._moved: list[Difference] = []
        self._inside: str | None = None
        self._names = {
            entry["id"]: entry.get("name") or ""
            for document in (before, after)
            for part in (document, *document["templates"])
            for section in ("steps", "requests", "templates", "widgets", "credentials")
            for entry in part.get(section, ())
        }

    def bot(self) -> None:
        """What belongs to the bot itself, its master groups too."""
        old, new = self._before, self._after
        if old["name"] and old["name"] != new["name"]:
            self._add("bot_renamed", "bot", None, None, old["name"], new["name"])
        if old["description"] != new["description"]:
            self._add("description", "bot", None, None, old["description"], new["description"])
        if old["first_step_id"] != new["first_step_id"]:
            was, now = old["first_step_id"], new["first_step_id"]
            wording = "first_step" if was and now else "first_step_chosen" if now else "first_step_gone"
            self._add("first_step", "bot", None, now, self._name(was), self._name(now), wording=wording)
        self._variables(old["variables"], new["variables"], None)
        groups = old["master_connection_groups"], new["master_connection_groups"]
        self._groups(phrase("everywhere", self._language), None, *groups)

    def steps(self, before: _Groups, after: _Groups) -> None:
        """The steps of the bot or of a template."""
        matched = _matched(before, after)
        for step_id, (old, new) in matched.items():
            if old and new:
                self._step(step_id, old, new)
            else:
                self._came_or_went("step", step_id, old, new, step_id)
        self._order("step", matched, before, after)

    def template(self, template_id: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """A sub-flow: its fields, then its steps."""
        if old is None or new is None:
            self._came_or_went("template", template_id, old, new, None)
            return
        self._renamed("template", template_id, old, new)
        self._fields(
            "template", template_id, new, [f for f in ("inputs", "outputs", "first_step_id") if old[f] != new[f]]
        )
        self._inside = new["name"]
        self._variables(old["variables"], new["variables"], template_id)
        self.steps(old["steps"], new["steps"])
        self._inside = None

    def parts(self, kind: str, before: _Groups, after: _Groups) -> None:
        """Parts with ids of their own that are no steps."""
        matched = _matched(before, after)
        for part_id, (old, new) in matched.items():
            if old is None or new is None:
                self._came_or_went(kind, part_id, old, new, None)
                continue
            self._renamed(kind, part_id, old, new)
            told_apart = ("id", "name", *_PATIENCE)
            self._fields(kind, part_id, new, [f for f in new if f not in told_apart and old.get(f) != new[f]])
            self._patience(kind, part_id, old, new)
        self._order(kind, matched, before, after)

    def unnamed(self, kind: str, title: str, before: _Groups, after: _Groups) -> None:
        """Parts without ids in a document: those with one title are taken for the same."""
        for old, new in _paired(*_without_equal(before, after), title, by_place=False):
            if old is None or new is None:
                self._came_or_went(kind, None, old, new, (new or old).get("step_id"), title)
            else:
                fields = [name for name in new if old.get(name) != new[name]]
                self._fields(kind, None, {"name": new[title], "cron": new.get("cron")}, fields)

    def moves(self) -> list[Difference]:
        """Steps that only stand elsewhere; many of them are one difference."""
        if len(self._moved) <= MAX_SHOWN_MOVES:
            return self._moved
        said = sentence("many_moved", self._language, {"count": len(self._moved)})
        return [Difference("many_moved", "step", None, None, None, len(self._moved), said)]

    # One step

    def _step(self, step_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        name = self._name(step_id, plain=True)
        self._renamed("step", step_id, old, new)
        self._message(step_id, name, old["message"], new["message"])
        if old["is_proxy"] != new["is_proxy"]:
            code = "passes" if new["is_proxy"] else "waits"
            self._add(code, "step", step_id, step_id, old["is_proxy"], new["is_proxy"], name=name)
        if (old["timeout_after"], old["timeout_step_id"]) != (new["timeout_after"], new["timeout_step_id"]):
            self._add("timeout_changed", "step", step_id, step_id, self._wait(old), self._wait(new), name=name)
        self._instance(step_id, name, old["template_instance"], new["template_instance"])
        owner = phrase("quoted", self._language, it=name)
        self._groups(owner, step_id, old["connection_groups"], new["connection_groups"])
        if old["position"] != new["position"]:
            said = self._within(sentence("moved", self._language, {"name": name}))
            self._moved.append(Difference("moved", "step", step_id, step_id, old["position"], new["position"], said))

    def _message(self, step_id: str, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        said, says = (old or {}).get("text", ""), (new or {}).get("text", "")
        if said != says:
            code = "text_changed" if said and says else "text_added" if says else "text_removed"
            self._add(code, "message", step_id, step_id, said, says, name=name)
        fields = [field for field in _MESSAGE if (old or {}).get(field) != (new or {}).get(field)]
        if fields and ((old and new) or any((old or new or {})[field] for field in fields)):
            values = [{field: (message or {}).get(field) for field in fields} for message in (old, new)]
            self._add("message_changed", "message", step_id, step_id, *values, name=name, fields=", ".join(fields))

    def _instance(self, step_id: str, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        runs = [None if each is None else each["template_id"] for each in (old, new)]
        if runs[0] != runs[1]:
            words = [self._template_name(each) for each in runs]
            self._add("instance_changed", "template_instance", step_id, step_id, *words, name=name)
        elif old != new:
            self._add("mapping_changed", "template_instance", step_id, step_id, old, new, name=name)

    def _wait(self, step: dict[str, Any]) -> str:
        if step["timeout_after"] is None:
            return phrase("nothing", self._language)
        to = self._name(step["timeout_step_id"])
        return phrase("after", self._language, seconds=step["timeout_after"], step=to)

    # Groups and connections

    def _groups(self, owner: str, step_id: str | None, before: _Groups, after: _Groups) -> None:
        old, new = _without_equal(before, after)
        for gone, come in _paired(old, new, "search_type", "request_id", "integration_id"):
            if gone is None or come is None:
                code = "group_added" if gone is None else "group_removed"
                group = come or gone or {}
                words = self._work(group)
                values = (None, words) if gone is None else (words, None)
                self._add(code, "connection_group", None, step_id, *values, owner=owner, work=words)
                ways = group["connections"]
                self._ways(owner, step_id, [] if gone is None else ways, ways if gone is None else [])
            else:
                self._group(owner, step_id, gone, come)

    def _group(self, owner: str, step_id: str | None, old: dict[str, Any], new: dict[str, Any]) -> None:
        if self._work(old) != self._work(new):
            self._add("work_changed", "connection_group", None, step_id, self._work(old), self._work(new), owner=owner)
        for saving in (each for each in old["variables"] if each not in new["variables"]):
            self._add("saving_removed", "connection_group", None, step_id, _saving(saving), None, owner=owner)
        for saving in (each for each in new["variables"] if each not in old["variables"]):
            self._add("saving_added", "connection_group", None, step_id, None, _saving(saving), owner=owner)
        fields = [field for field in _GROUP[1:] if old[field] != new[field]]
        if fields:
            values = [{field: group[field] for field in fields} for group in (old, new)]
            words = {"owner": owner, "work": self._work(new), "fields": ", ".join(fields)}
            self._add("group_changed", "connection_group", None, step_id, *values, **words)
        self._ways(owner, step_id, old["connections"], new["connections"])

    def _ways(self, owner: str, step_id: str | None, before: _Groups, after: _Groups) -> None:
        old, new = _without_equal(before, after)
        if not old and not new and before != after:
            self._add("ways_reordered", "connection", None, step_id, None, None, owner=owner)
        for gone, come in _paired(old, new, "rules", "next_step_id"):
            self._way(owner, step_id, gone, come)

    def _way(self, owner: str, step_id: str | None, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        rule = rule_in_words((new or old or {})["rules"], self._language)
        before, after = (None if way is None else self._name(way["next_step_id"]) for way in (old, new))
        words = {"owner": owner, "rule": rule, "target": after}
        if old is None or new is None:
            self._add(
                "way_added" if old is None else "way_removed", "connection", None, step_id, before, after, **words
            )
        elif old["rules"] != new["rules"]:
            rules = rule_in_words(old["rules"], self._language), rule
            self._add("rule_changed", "connection", None, step_id, *rules, **words)
        elif old["next_step_id"] != new["next_step_id"]:
            self._add("way_retargeted", "connection", None, step_id, before, after, **words)
        else:
            fields = [field for field in new if old[field] != new[field]]
            values = [{field: way[field] for field in fields} for way in (old, new)]
            self._add("way_changed", "connection", None, step_id, *values, **words, fields=", ".join(fields))

    def _work(self, group: dict[str, Any]) -> str:
        name = group["integration_id"] if group["search_type"] == "integration" else self._name(group["request_id"])
        return WORKS[group["search_type"]][self._language].format(name=name)

    # Pieces

    def _variables(self, old: dict[str, Any], new: dict[str, Any], owner_id: str | None) -> None:
        for name in [*old, *(name for name in new if name not in old)]:
            if name not in old or name not in new or old[name] != new[name]:
                code = "added" if name not in old else "removed" if name not in new else "changed"
                values = [value_in_words(each[name]) if name in each else None for each in (old, new)]
                self._add(f"variable_{code}", "variable", owner_id, None, *values, name=name)

    def _came_or_went(
        self, kind: str, part_id: str | None, old: Any, new: Any, step_id: str | None, title: str = "name"
    ) -> None:
        name = shorten((new or old).get(title) or phrase("untitled", self._language), MAX_QUOTED_CHARS)
        code, values = ("part_added", (None, name)) if old is None else ("part_removed", (name, None))
        self._add(code, kind, part_id, step_id, *values, name=name, noun=self._noun(kind, new or old))

    def _noun(self, kind: str, part: dict[str, Any]) -> str:
        """What a part is called; of emitters, those with a cron are called otherwise than those that are sent once."""
        return NOUNS["cron" if part.get("cron") else kind][self._language]

    def _renamed(self, kind: str, part_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        if old["name"] != new["name"]:
            step_id = part_id if kind == "step" else None
            noun = NOUNS[kind][self._language]
            self._add("part_renamed", kind, part_id, step_id, old["name"], new["name"], noun=noun)

    def _fields(self, kind: str, part_id: str | None, new: dict[str, Any], fields: list[str]) -> None:
        if fields:
            said = ", ".join(FIELDS[self._language].get(field, field) for field in fields)
            words = {"name": new["name"], "noun": self._noun(kind, new), "fields": said}
            self._add("part_changed", kind, part_id, None, None, fields, **words)

    def _patience(self, kind: str, part_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        """How long a request waits and how often it is tried again; revisions of old do not say it."""
        for field, code in _PATIENCE.items():
            values = [each.get(field) for each in (old, new)]
            if values[0] != values[1]:
                words = [phrase(code, self._language, it=f"{v:g}") if v is not None else self._as_set() for v in values]
                self._add(f"{code}_changed", kind, part_id, None, *words, name=new["name"])

    def _as_set(self) -> str:
        return phrase("as_set", self._language)

    def _order(self, kind: str, matched: dict[str, Any], before: _Groups, after: _Groups) -> None:
        both = {part_id for part_id, (old, new) in matched.items() if old and new}
        orders = [[entry["id"] for entry in entries if entry["id"] in both] for entries in (before, after)]
        if orders[0] != orders[1]:
            self._add("parts_reordered", kind, None, None, None, None, noun=NOUNS[kind][self._language])

    def _name(self, part_id: str | None, plain: bool = False) -> str:
        """A part by its name, in quotation marks."""
        if part_id is None:
            return phrase("nowhere", self._language)
        name = self._names.get(part_id) or phrase("untitled", self._language)
        name = shorten(name, MAX_QUOTED_CHARS)
        return name if plain else phrase("quoted", self._language, it=name)

    def _template_name(self, template_id: str | None) -> str:
        if template_id is None:
            return phrase("nothing", self._language)
        return phrase("template", self._language, name=self._name(template_id, plain=True))

    def _within(self, said: str) -> str:
        return said if self._inside is None else phrase("inside", self._language, name=self._inside, it=said)

    def _add(
        self, code: str, kind: str, part_id: str | None, step_id: str | None, before: Any, after: Any, **words: Any
    ) -> None:
        """`wording` among the words names the sentence where a code has several."""
        wording = words.pop("wording", code)
        args = words | {"before": _short(before), "after": _short(after)}
        said = self._within(sentence(wording, self._language, args))
        self.found.append(Difference(code, kind, part_id, step_id, _bounded(before), _bounded(after), said))


def _matched(before: _Groups, after: _Groups) -> dict[str, tuple[Any, Any]]:
    """{id: (old, new)} in the order of the newer document, what is gone at the end."""
    old, new = ({entry["id"]: entry for entry in entries} for entries in (before, after))
    return {part_id: (old.get(part_id), new.get(part_id)) for part_id in [*new, *(i for i in old if i not in new)]}


def _without_equal(before: _Groups, after: _Groups) -> tuple[list[Any], list[Any]]:
    """What each side has that the other has not, equal entries counted off against each other."""
    pairs = list(_like(list(before), [[None, entry] for entry in after], ()))
    twins = {id(pair[0]) for pair in pairs}
    return [entry for entry in before if id(entry) not in twins], [pair[1] for pair in pairs if pair[0] is None]


def _paired(old: list[Any], new: list[Any], *likeness: str, by_place: bool = True) -> list[tuple[Any, Any]]:
    """Old and new that are probably one part: those alike in all these fields, in one of them, then by their order."""
    pairs: list[list[Any]] = [[None, entry] for entry in new]
    for names in (likeness, *((name,) for name in likeness)):
        taken = {id(pair[0]) for pair in pairs}
        _like([entry for entry in old if id(entry) not in taken], pairs, names)
    taken = {id(pair[0]) for pair in pairs}
    rest = deque(entry for entry in old if id(entry) not in taken)
    for pair in pairs:
        if pair[0] is None and rest and by_place:
            pair[0] = rest.popleft()
    return [*((gone, come) for gone, come in pairs), *((gone, None) for gone in rest)]


def _like(old: list[Any], pairs: list[list[Any]], names: tuple[str, ...]) -> list[list[Any]]:
    """Give each pair that has none the first old entry with the same values of these fields (of all, if none)."""
    known: dict[str, deque[Any]] = defaultdict(deque)
    for entry in old:
        known[_key(entry, names)].append(entry)
    for pair in pairs:
        if pair[0] is None and (twins := known.get(_key(pair[1], names))):
            pair[0] = twins.popleft()
    return pairs


def _key(entry: dict[str, Any], names: tuple[str, ...]) -> str:
    return dumps([entry[name] for name in names] if names else entry)


def _saving(saving: dict[str, Any]) -> str:
    source = saving["source"]
    return f"{saving['target']} ← {source if isinstance(source, str) else value_in_words(source)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else value_in_words(value)
    return shorten(" ".join(text.split()), MAX_QUOTED_CHARS * 2)


def _bounded(value: Any) -> Any:
    """A value as it goes over the wire: long texts are cut, large objects are shown as short JSON."""
    if isinstance(value, str):
        return shorten(value.replace("\n", " "), MAX_VALUE_CHARS)
    return value if value is None or isinstance(value, (bool, int, float)) else value_in_words(value)
