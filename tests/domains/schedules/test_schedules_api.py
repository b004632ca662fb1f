"""Emitters and crons over HTTP: what is in force and when, who may, and what is said about mistakes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from dbcv.kit.db import Database
from tests.domains.conftest import Api, Person

LATER = "2090-01-01T09:00:00+03:00"
GREETER: dict[str, Any] = {
    "format": "dbcv.bot", "version": 1, "name": "Greeter", "first_step_id": "a",
    "steps": [{"id": "a", "message": {"text": "hi"}}],
}  # fmt: skip
DAILY = {"name": "Morning", "message": {"text": "Good morning"}, "hour": "9", "timezone": "Europe/Moscow"}


async def bot(person: Person, publish: bool = True, **fields: Any) -> str:
    answer = await person.client.post("/bots/import", json=GREETER | fields)
    assert answer.status_code == 201, answer.text
    bot_id = answer.json()["id"]
    if publish:
        await publish_bot(person, bot_id)
    return str(bot_id)


async def publish_bot(person: Person, bot_id: str) -> int:
    answer = await person.client.post(f"/bots/{bot_id}/publish", json={})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


async def made(person: Person, bot_id: str, kind: str = "crons", **fields: Any) -> dict[str, Any]:
    wish = (DAILY if kind == "crons" else {"name": "Once", "send_at": LATER}) | {"bot_id": bot_id} | fields
    answer = await person.client.post(f"/{kind}", json=wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def one(person: Person, kind: str, part_id: str) -> dict[str, Any]:
    answer = await person.client.get(f"/{kind}/{part_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def exported(person: Person, bot_id: str) -> list[dict[str, Any]]:
    return list((await person.client.get(f"/bots/{bot_id}/export")).json().get("emitters", []))


async def rows(db: Database, sql: str, *values: Any) -> list[Any]:
    async with db.driver() as connection:
        return list(await connection.fetch(sql, *values))


async def test_a_cron_is_in_force_at_once_and_part_of_the_draft(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    assert cron["state"] == "in_force"
    assert cron["description"]["en"] == "every day at 09:00 (Europe/Moscow)"
    assert cron["description"]["ru"] == "каждый день в 09:00 (Europe/Moscow)"
    times = [datetime.fromisoformat(moment) for moment in cron["next"]]
    assert len(times) == 5
    assert all(moment.astimezone(UTC).hour == 6 for moment in times)
    assert cron["next_fire_at"] == cron["next"][0]
    (entry,) = await exported(anna, bot_id)
    assert (entry["name"], entry["cron"]["hour"]) == ("Morning", "9")
    page = (await anna.client.get("/crons", params={"bot_id": bot_id})).json()
    assert [item["id"] for item in page["items"]] == [cron["id"]]
    assert (await anna.client.get("/emitters", params={"bot_id": bot_id})).json()["items"] == []


async def test_an_emitter_is_sent_once(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    emitter = await made(anna, bot_id, "emitters")
    assert (emitter["state"], len(emitter["next"])) == ("in_force", 1)
    moved = await anna.client.patch(f"/emitters/{emitter['id']}", json={"send_at": "2091-01-01T00:00:00Z"})
    assert moved.json()["next_fire_at"].startswith("2091-01-01T00:00:00")
    past = await anna.client.patch(f"/emitters/{emitter['id']}", json={"send_at": "2001-01-01T00:00:00Z"})
    assert past.status_code == 422
    assert past.json()["errors"][0]["path"] == "send_at"


async def test_switched_off_and_on(api: Api, anna: Person, db: Database) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    off = (await anna.client.patch(f"/crons/{cron['id']}", json={"is_active": False})).json()
    assert (off["is_active"], off["next_fire_at"]) == (False, None)
    await rows(db, "UPDATE schedule SET last_fire_at = now()")
    on = (await anna.client.patch(f"/crons/{cron['id']}", json={"is_active": True})).json()
    assert on["next_fire_at"] == cron["next_fire_at"]
    assert on["hour"] == "9", "what is not given stays"


async def test_switching_off_stops_what_is_on_its_way(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    sent = await anna.client.post(f"/crons/{cron['id']}/send")
    assert (sent.status_code, sent.json()["done_at"]) == (202, None)
    await anna.client.patch(f"/crons/{cron['id']}", json={"is_active": False})
    (firing,) = (await anna.client.get(f"/crons/{cron['id']}/firings")).json()["items"]
    assert firing["done_at"] is not None
    assert "switched off" in firing["error"]


async def test_a_document_comes_into_force_when_it_is_published(api: Api, anna: Person) -> None:
    entry = {"name": "Old", "message": {"text": "x"}, "cron": {"hour": "9"}}
    bot_id = await bot(anna, publish=False, emitters=[entry])
    (cron,) = (await anna.client.get("/crons", params={"bot_id": bot_id})).json()["items"]
    assert (cron["state"], cron["next_fire_at"]) == ("not_in_force", None)
    assert (await anna.client.post(f"/crons/{cron['id']}/send")).status_code == 409
    await publish_bot(anna, bot_id)
    running = await one(anna, "crons", cron["id"])
    assert running["state"] == "in_force"
    document = GREETER | {"emitters": [entry | {"cron": {"hour": "10"}}]}
    await anna.client.put(f"/bots/{bot_id}/document", json=document, headers={"If-Match": "*"})
    changed = await one(anna, "crons", cron["id"])
    assert (changed["state"], changed["hour"]) == ("changed", "10")
    assert changed["next_fire_at"] == running["next_fire_at"]
    await publish_bot(anna, bot_id)
    assert (await one(anna, "crons", cron["id"]))["next_fire_at"] != running["next_fire_at"]
    await anna.client.post(f"/bots/{bot_id}/revisions/1/publish")
    back = await one(anna, "crons", cron["id"])
    assert (back["state"], back["next_fire_at"]) == ("changed", running["next_fire_at"])


async def test_publishing_again_neither_skips_nor_repeats(api: Api, anna: Person, db: Database) -> None:
    entries = [
        {"name": "Cron", "message": {"text": "x"}, "cron": {"hour": "9"}},
        {"name": "Once", "message": {"text": "y"}, "send_at": LATER},
    ]
    bot_id = await bot(anna, emitters=entries)
    await rows(db, "UPDATE schedule SET next_fire_at = now() - interval '1 s', due_at = now() - interval '1 s'"
                   " WHERE content ->> 'name' = 'Cron'")  # fmt: skip
    await rows(db, "UPDATE schedule SET next_fire_at = NULL, due_at = NULL, last_fire_at = now()"
                   " WHERE content ->> 'name' = 'Once'")  # fmt: skip
    before = await rows(db, "SELECT id, next_fire_at, last_fire_at FROM schedule ORDER BY id")
    await anna.client.patch(f"/bots/{bot_id}", json={"description": "new"}, headers={"If-Match": "*"})
    await publish_bot(anna, bot_id)
    assert await rows(db, "SELECT id, next_fire_at, last_fire_at FROM schedule ORDER BY id") == before


async def test_what_a_past_moment_of_a_document_does(api: Api, anna: Person) -> None:
    """An old file that is imported and published sends nothing."""
    bot_id = await bot(anna, emitters=[{"name": "Old", "message": {"text": "x"}, "send_at": "2001-01-01T00:00:00Z"}])
    (emitter,) = (await anna.client.get("/emitters", params={"bot_id": bot_id})).json()["items"]
    assert (emitter["state"], emitter["next"], emitter["next_fire_at"]) == ("in_force", [], None)


async def test_emitters_keep_their_ids_when_others_come_and_go(api: Api, anna: Person) -> None:
    def entry(name: str, hour: str = "9") -> dict[str, Any]:
        return {"name": name, "message": {"text": name}, "cron": {"hour": hour}}

    bot_id = await bot(anna, emitters=[entry("A"), entry("B"), entry("C")])
    before = {c["name"]: c["id"] for c in (await anna.client.get("/crons", params={"bot_id": bot_id})).json()["items"]}
    document = GREETER | {"emitters": [entry("New"), entry("C"), entry("B", "10")]}
    await anna.client.put(f"/bots/{bot_id}/document", json=document, headers={"If-Match": "*"})
    after = {c["name"]: c["id"] for c in (await anna.client.get("/crons", params={"bot_id": bot_id})).json()["items"]}
    assert (after["B"], after["C"]) == (before["B"], before["C"])
    assert after["New"] == before["A"], "by its place"


async def test_export_and_import_give_equal_schedules(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    await made(anna, bot_id, day="last", week="*/2", jitter=5, start_date=LATER, end_date="2095-01-01T00:00:00Z")
    await made(anna, bot_id, "emitters", message={"text": "x", "params": {"n": [1]}}, is_active=False)
    first = (await anna.client.get(f"/bots/{bot_id}/export")).json()
    again = (await anna.client.post("/bots/import", json=first)).json()["id"]
    assert await exported(anna, again) == first["emitters"]
    assert len(first["emitters"]) == 2


async def test_emitters_go_with_other_changes(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    changes = [
        {"op": "add", "kind": "widget", "fields": {"name": "Card", "body": "<b>x</b>"}},
        {"op": "add", "kind": "emitter", "fields": {"name": "E", "message": {"text": "x"}, "cron": {"hour": "9"}}},
    ]
    answer = await anna.client.post(f"/bots/{bot_id}/changes", json={"version": 1, "changes": changes})
    assert answer.status_code == 200, answer.text
    (cron,) = (await anna.client.get("/crons", params={"bot_id": bot_id})).json()["items"]
    assert cron["state"] == "not_in_force", "a change of the draft waits for publishing"
    wrong = [{"op": "update", "kind": "emitter", "id": cron["id"], "fields": {"message": {"widget_id": str(uuid4())}}}]
    refused = await anna.client.post(
        f"/bots/{bot_id}/changes", json={"version": answer.json()["version"], "changes": wrong}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"].endswith("message.widget_id")


async def test_one_for_a_channel_or_a_session_is_no_part_of_the_bot(api: Api, anna: Person, db: Database) -> None:
    bot_id = await bot(anna)
    channel = (await anna.client.post("/channels", json={"name": "Room", "default_bot_id": bot_id})).json()["id"]
    cron = await made(anna, bot_id, channel_id=channel)
    assert (cron["state"], cron["channel_id"]) == ("in_force", channel)
    assert await exported(anna, bot_id) == []
    await publish_bot(anna, bot_id)
    await anna.client.post(f"/bots/{bot_id}/revisions/1/publish")
    assert (await one(anna, "crons", cron["id"]))["state"] == "in_force"
    changed = await anna.client.patch(f"/crons/{cron['id']}", json={"hour": "10"})
    assert changed.json()["next_fire_at"] != cron["next_fire_at"]
    assert (await anna.client.delete(f"/crons/{cron['id']}")).status_code == 204
    assert await rows(db, "SELECT FROM schedule") == []


async def test_deleting_takes_everything_along(api: Api, anna: Person, db: Database) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    await made(anna, bot_id, "emitters")
    await anna.client.post(f"/crons/{cron['id']}/send")
    assert (await anna.client.delete(f"/crons/{cron['id']}")).status_code == 204
    assert (await anna.client.get(f"/crons/{cron['id']}")).status_code == 404
    assert await rows(db, "SELECT FROM firing") == []
    assert len(await exported(anna, bot_id)) == 1
    await anna.client.delete(f"/bots/{bot_id}")
    assert await rows(db, "SELECT FROM schedule") == []


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("crons", {"hour": "25"}, "hour", "from 0 to 23"),
    ("crons", {"day": "last frix"}, "day", "last sun"),
    ("crons", {"day_of_week": "mon-fri/2/3"}, "day_of_week", "mon-fri"),
    ("crons", {"minute": "*/0"}, "minute", "*/5"),
    ("crons", {"minute": "50-10"}, "minute", "*/5"),
    ("crons", {"timezone": "Mars/Phobos"}, "timezone", "Europe"),
    ("crons", {"jitter": -1}, "jitter", "0 or more"),
    ("crons", {"start_date": "tomorrow"}, "start_date", "2026"),
    ("crons", {"hours": "9"}, "hours", "hour"),
    ("crons", {"hour": None}, "", "at least one"),
    ("crons", {"day": "30", "month": "feb"}, "", "end_date"),
    ("crons", {"end_date": "2001-01-01T00:00:00Z"}, "", "end_date"),
    ("crons", {"message": "x"}, "message", ""),
    ("crons", {"message": {"text": 5}}, "message.text", ""),
    ("crons", {"message": {"text": "a\0b"}}, "message.text", "remove"),
    ("crons", {"name": "x" * 300}, "name", "shorter"),
    ("crons", {"is_active": "yes"}, "is_active", ""),
    ("crons", {"send_at": LATER}, "send_at", ""),
    ("emitters", {"send_at": "noon"}, "send_at", "2026"),
    ("emitters", {"send_at": None}, "send_at", "2027"),
    ("emitters", {"send_at": "2001-01-01T00:00:00Z"}, "send_at", "/send"),
    ("emitters", {"send_at": "2090-01-01T00:00:00"}, "send_at", "+03:00"),
    ("emitters", {"hour": "9"}, "hour", ""),
    ("emitters", {"bot_id": "x"}, "bot_id", "Copy"),
    ("emitters", {"bot_id": None}, "bot_id", "Name"),
    ("emitters", {"id": "x"}, "id", ""),
]


@pytest.mark.parametrize(("kind", "fields", "path", "hint"), WRONG)
async def test_mistakes_are_named_with_their_mend(
    api: Api, anna: Person, db: Database, kind: str, fields: dict[str, Any], path: str, hint: str
) -> None:
    bot_id = await bot(anna)
    wish = (DAILY if kind == "crons" else {"name": "Once", "send_at": LATER}) | {"bot_id": bot_id} | fields
    answer = await anna.client.post(f"/{kind}", json=wish)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (error, *_) = answer.json()["errors"]
    assert (error["path"], error["message"] != "") == (path, True)
    assert hint in error["hint"]
    assert answer.json()["title"] == answer.json()["title"].strip()
    assert await rows(db, "SELECT FROM emitter UNION ALL SELECT FROM schedule") == []


async def test_mistakes_are_said_in_russian(api: Api, anna: Person) -> None:
    wish = DAILY | {"bot_id": await bot(anna), "hour": "25"}
    answer = await anna.client.post("/crons", json=wish, headers={"Accept-Language": "ru"})
    assert "вне допустимых границ" in answer.json()["errors"][0]["message"]


async def test_preview(api: Api, anna: Person) -> None:
    answer = await anna.client.post("/crons/preview", json={"minute": "*/20"})
    body = answer.json()
    assert (len(body["next"]), body["description"]["ru"]) == (5, "каждые 20 минут (UTC)")
    assert (await anna.client.post("/crons/preview", json={"minute": "61"})).status_code == 422
    assert (await anna.client.post("/crons/preview", json={})).status_code == 422
    assert (await anna.client.post("/crons/preview", json={"year": "2027", "second": "x"})).status_code == 422
    soon = datetime.now(UTC) + timedelta(minutes=30)
    few = await anna.client.post("/crons/preview", json={"minute": "*/20", "end_date": soon.isoformat()})
    assert 1 <= len(few.json()["next"]) <= 2


async def test_strangers_find_nothing(api: Api, anna: Person, boris: Person, db: Database) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    emitter = await made(anna, bot_id, "emitters")
    before = await rows(db, "SELECT * FROM schedule ORDER BY id")
    for kind, part_id in (("crons", cron["id"]), ("emitters", emitter["id"])):
        calls = [
            boris.client.get(f"/{kind}/{part_id}"),
            boris.client.patch(f"/{kind}/{part_id}", json={"is_active": False}),
            boris.client.delete(f"/{kind}/{part_id}"),
            boris.client.post(f"/{kind}/{part_id}/send"),
            boris.client.get(f"/{kind}/{part_id}/firings"),
            boris.client.get(f"/{kind}", params={"bot_id": bot_id}),
            boris.client.post(f"/{kind}", json=DAILY | {"bot_id": bot_id}),
        ]
        assert {answer.status_code for answer in await asyncio.gather(*calls)} == {404}
    assert (await api.nobody.get(f"/crons/{cron['id']}")).status_code == 401
    assert await rows(db, "SELECT * FROM schedule ORDER BY id") == before
    assert (await anna.client.get(f"/emitters/{cron['id']}")).status_code == 404, "a cron is no emitter"


async def test_targets_of_others_are_not_found(api: Api, anna: Person, boris: Person) -> None:
    theirs = (await boris.client.post("/channels", json={"name": "Room", "default_bot_id": await bot(boris)})).json()
    bot_id = await bot(anna)
    for target in ({"channel_id": theirs["id"]}, {"channel_id": str(uuid4())}, {"session_id": str(uuid4())}):
        answer = await anna.client.post("/crons", json=DAILY | {"bot_id": bot_id} | target)
        assert answer.status_code == 404, answer.text
    cron = await made(anna, bot_id)
    sent = await anna.client.post(f"/crons/{cron['id']}/send", json={"session_id": str(uuid4())})
    assert sent.status_code == 404


async def test_an_id_that_is_taken_stays_whose_it_is(api: Api, anna: Person, boris: Person, db: Database) -> None:
    cron = await made(anna, await bot(anna))
    his = await bot(boris)
    before = await rows(db, "SELECT * FROM schedule")
    answer = await boris.client.post("/crons", json=DAILY | {"bot_id": his, "id": cron["id"]})
    assert answer.status_code in (409, 422), answer.text
    channel = (await boris.client.post("/channels", json={"name": "Room", "default_bot_id": his})).json()["id"]
    wish = DAILY | {"bot_id": his, "id": cron["id"], "channel_id": channel}
    assert (await boris.client.post("/crons", json=wish)).status_code == 422
    assert await rows(db, "SELECT * FROM schedule") == before


async def test_a_viewer_looks_and_does_not_touch(api: Api, anna: Person, boris: Person) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    await anna.client.put(f"/bots/{bot_id}/access", json={"email": boris.email, "role": "viewer"})
    assert (await boris.client.get(f"/crons/{cron['id']}")).status_code == 200
    for call in (
        boris.client.patch(f"/crons/{cron['id']}", json={"is_active": False}),
        boris.client.delete(f"/crons/{cron['id']}"),
        boris.client.post(f"/crons/{cron['id']}/send"),
        boris.client.post("/crons", json=DAILY | {"bot_id": bot_id}),
    ):
        assert (await call).status_code == 403


async def test_a_stale_version_is_refused(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    stale = await anna.client.patch(f"/crons/{cron['id']}", json={"hour": "10"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    fresh = {"If-Match": f'"{cron["version"]}"'}
    assert (await anna.client.patch(f"/crons/{cron['id']}", json={"hour": "10"}, headers=fresh)).status_code == 200


async def test_pages(api: Api, anna: Person) -> None:
    bot_id = await bot(anna)
    ids = [(await made(anna, bot_id, name=str(number)))["id"] for number in range(3)]
    first = (await anna.client.get("/crons", params={"bot_id": bot_id, "limit": 2})).json()
    assert [item["id"] for item in first["items"]] == ids[:0:-1]
    rest = (await anna.client.get("/crons", params={"bot_id": bot_id, "cursor": first["next_cursor"]})).json()
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (ids[:1], None)


async def test_firings_tell_what_went_wrong(api: Api, anna: Person, db: Database) -> None:
    bot_id = await bot(anna)
    cron = await made(anna, bot_id)
    for _ in range(3):
        await anna.client.post(f"/crons/{cron['id']}/send")
    first = (await anna.client.get(f"/crons/{cron['id']}/firings", params={"limit": 2})).json()
    assert len(first["items"]) == 2
    await rows(
        db,
        """INSERT INTO turn_record (id, session_id, bot_id, revision, kind, record, error)
           SELECT (left(id::text, 15) || right(id::text, 3) || '-8' || n || '00-000000000000')::uuid, id, bot_id, 1,
                  'cron', '{}', 'loop: n' || n
           FROM firing CROSS JOIN generate_series(1, 5) AS n WHERE id = $1""",
        first["items"][0]["id"],
    )
    again = (await anna.client.get(f"/crons/{cron['id']}/firings")).json()["items"]
    assert [(item["failed"], len(item["errors"])) for item in again] == [(5, 3), (0, 0), (0, 0)]
    shown = (await anna.client.get("/crons", params={"bot_id": cron["bot_id"]})).json()["items"]
    assert shown[0]["last_firing"] == again[0]
