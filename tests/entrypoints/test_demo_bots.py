"""A first start holds the demo bots; a deleted one stays deleted."""

import uuid

import pytest

from dbcv.domains.accounts.schemas import Principal
from dbcv.domains.accounts.service import active_user_id, ensure_first_account, log_in
from dbcv.domains.bots.document import parse
from dbcv.domains.conversations.service.channels import Channels
from dbcv.domains.conversations.service.rooms import Rooms
from dbcv.entrypoints import demo_bots, first_start
from dbcv.entrypoints.demo_bots import demo_channels, demo_document, seed_demo
from dbcv.entrypoints.prepare import prepare
from dbcv.entrypoints.wiring import make_bots
from dbcv.kit.db import Database
from dbcv.kit.settings import Settings


async def _owner(db: Database, settings: Settings) -> Principal:
    await ensure_first_account(db, settings, "a password of nobody")
    async with db.read() as session:
        owner_id = await active_user_id(session, settings.admin_email)
    assert owner_id is not None
    return Principal(owner_id, "user", "ADMIN", "admin")


async def test_both_demo_bots_are_published_into_public_channels(db: Database, settings: Settings) -> None:
    owner, bots = await _owner(db, settings), make_bots(db)
    seeded = await seed_demo(db, settings, bots, owner)
    assert [(channel.language, channel.name) for channel in seeded] == [
        ("ru", "Запись на приём"),
        ("en", "Appointment booking"),
    ]
    assert seeded[0].path == f"/chat/{uuid.UUID(str(seeded[0].id))}"
    found, _ = await bots.page(owner.id, 10, None)
    assert {bot.row.name for bot in found} == {"Запись на приём", "Appointment booking"}
    assert [bot.row.published_revision for bot in found] == [1, 1]
    for bot in found:
        assert (await bots.check(owner.id, bot.row.id)).problems == []


async def test_a_second_seeding_changes_nothing(db: Database, settings: Settings) -> None:
    owner, bots = await _owner(db, settings), make_bots(db)
    first = await seed_demo(db, settings, bots, owner)
    assert await seed_demo(db, settings, bots, owner) == first == await demo_channels(db, settings, bots, owner)
    assert len((await bots.page(owner.id, 10, None))[0]) == 2


async def test_what_is_exported_is_the_demo_with_other_ids(db: Database, settings: Settings) -> None:
    owner, bots = await _owner(db, settings), make_bots(db)
    await seed_demo(db, settings, bots, owner)
    (english, *_), _ = await bots.page(owner.id, 1, None)
    exported = parse(await bots.export(owner.id, english.row.id, "yaml"), "yaml")
    original = parse(demo_document("en"), "yaml")
    assert [step["message"] for step in exported["steps"]] == [step["message"] for step in original["steps"]]
    assert [step["timeout_after"] for step in exported["steps"]] == [
        step["timeout_after"] for step in original["steps"]
    ]


async def test_only_a_first_start_seeds_and_a_deleted_demo_stays_deleted(db: Database, settings: Settings) -> None:
    first = await prepare(settings)
    assert first["chat"].startswith("/chat/")
    first_start.end(settings.home)
    assert (await prepare(settings))["chat"] == first["chat"]
    owner, bots = await _owner(db, settings), make_bots(db)
    for channel in await demo_channels(db, settings, bots, owner):
        await Channels(db, settings, bots, Rooms(db)).delete(owner, channel.id)
    for bot in (await bots.page(owner.id, 10, None))[0]:
        await bots.delete(owner.id, bot.row.id)
    assert (await prepare(settings))["chat"] == ""
    assert (await bots.page(owner.id, 10, None))[0] == []


async def test_a_first_start_that_was_cut_short_goes_on(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is there, the demo is not, and nobody has seen the password: the next start makes up for it."""
    settings = settings.model_copy(update={"admin_password": ""})
    with monkeypatch.context() as broken:
        broken.setattr(demo_bots, "seed_demo", None)
        with pytest.raises(TypeError):
            await prepare(settings)
    password = first_start.password(settings.home)
    assert (await log_in(db, settings, settings.admin_email, password, "here")).text
    assert (await prepare(settings))["chat"].startswith("/chat/")
    assert first_start.password(settings.home) == password
    first_start.end(settings.home)
    assert not first_start.is_unfinished(settings.home)
    assert first_start.password(settings.home) == ""


async def test_of_two_hosts_the_slower_one_shows_no_password(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: object) -> bool:
        return False

    monkeypatch.setattr("dbcv.domains.accounts.service.ensure_first_account", slow)
    await prepare(settings.model_copy(update={"admin_password": ""}))
    assert not first_start.is_unfinished(settings.home)
