"""Every address a person can open: what the pages' own lists of routes, places, panels and tabs name, and ways there.

`filled` makes a bot in Russian with something in each place; `visits` leads there. tests/e2e/test_every_page.py goes.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from tests.product import Product

SOURCES = Path(__file__).resolve().parents[2] / "web" / "src"
PASSWORD = "the password of somebody"
BOT: dict[str, Any] = {
    "name": "Пекарня",
    "description": "Отвечает покупателям и зовёт человека",
    "first_step_id": "hello",
    "variables": {"город": "Тверь"},
    "steps": [
        {
            "id": "hello", "name": "Приветствие",
            "message": {"text": "Что вам испечь?", "params": {"buttons": [{"text": "Хлеб", "value": "Хлеб"}]}},
            "connection_groups": [{
                "variables": [{"target": "session.wish", "source": "message.text"}],
                "connections": [
                    {"rules": {"field": "message.text", "operator": "equal", "value": "человек"},
                     "next_step_id": "call"},
                    {"rules": {}, "next_step_id": "order"},
                ],
            }],
        },
        {
            "id": "order", "name": "Заказ", "position": [400, 0],
            "message": {"text": "Записали: {$session.wish$}", "widget_id": "times"},
            "connection_groups": [{"search_type": "response", "request_id": "deal",
                                   "connections": [{"rules": {}, "next_step_id": "hello"}]}],
        },
        {"id": "call", "name": "Зовём", "preset_id": "handover", "position": [400, 300],
         "message": {"text": "Позову коллегу."}, "connection_groups": []},
        {"id": "lost", "name": "Забытый", "position": [800, 300], "message": {"text": "Сюда не попасть"}},
    ],
    "requests": [{"id": "deal", "name": "Заявка", "method": "post", "request_url": "https://crm.example.com/deals"}],
    "widgets": [{"id": "times", "name": "Время", "body": "<button>Утром</button>", "js": "", "css": ""}],
    "notes": [{"text": "Цены меняет бухгалтерия", "position": [0, 300]}],
}  # fmt: skip


def known() -> set[str]:
    """What the pages themselves name: routes, places of a bot, panels beside the canvas, tabs of its data."""
    routes = {
        path
        for name in ("app/App.tsx", "shell/Routes.tsx")
        for path in re.findall(r'<Route path="([^"]+)"', _source(name))
    }
    inner = {path for file in SOURCES.rglob("*.tsx") for path in re.findall(r'useRoute\("([^"]+)"', file.read_text())}
    places = {f"place {path}" for path in re.findall(r'{ path: "(\w+)"', _source("shell/places.ts"))}
    panels = {
        f"panel {name}" for name in re.findall(r'^ +id: "(\w+)"', _source("features/constructor/panels.ts"), re.M)
    }
    tabs = re.search(r"TABS = \[([^]]+)]", _source("features/kept/DataPage.tsx"))
    assert places and panels and tabs and inner, "the lists of the pages have moved: this test reads them"
    return routes | inner | places | panels | {f"tab {tab}" for tab in re.findall(r"\w+", tabs[1])}


def _source(name: str) -> str:
    return (SOURCES / name).read_text()


@dataclass(frozen=True)
class Visit:
    """A page, and what of `known` it shows. `press`: buttons pressed one after another before it is looked at, as
    selectors, so that they are the same in all languages. `complains`: what the browser may say about it."""

    shows: str
    path: str
    press: tuple[str, ...] = ()
    complains: tuple[str, ...] = ()


@dataclass
class Filled:
    """An account in whose places there is something; `api` speaks in its name."""

    api: httpx2.Client
    email: str
    bot: str
    channel: str
    session: str
    cron: str
    emitter: str
    step: str
    foreign_bot: str


def newcomer(product: Product, name: str) -> tuple[httpx2.Client, str]:
    """A client in the name of a new account, and its e-mail."""
    api = httpx2.Client(
        base_url=f"{product.url}/api/v1", timeout=30, trust_env=False, headers={"Accept-Language": "ru"}
    )
    email = f"{uuid4().hex[:12]}@example.com"
    api.headers["Authorization"] = (
        "Bearer "
        + _made(api, "/login/register", {"email": email, "username": name, "password": PASSWORD})["access_token"]
    )
    return api, email


def _made(api: httpx2.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(path, json=body, headers={"If-Match": "*"})
    assert answer.is_success, f"{path}: {answer.text}"
    return dict(answer.json())


def filled(product: Product) -> Filled:
    """Something in each place: versions, a changed draft, a channel, conversations, schedules, keys, templates."""
    api, email = newcomer(product, "Анна")
    bot = _made(api, "/bots/import", BOT)["id"]
    steps = {step["name"]: step["id"] for step in api.get(f"/steps?bot_id={bot}").json()["items"]}
    _made(api, f"/bots/{bot}/publish", {"comment": "Первая"})
    _made(api, f"/bots/{bot}/changes", {"changes": [
        {"op": "update", "kind": "message", "id": steps["Приветствие"], "fields": {"text": "Что испечь для вас?"}},
    ]})  # fmt: skip
    channel = _made(api, "/channels", {"name": "Витрина", "is_public": True, "default_bot_id": bot})["id"]
    talk(product, channel, "здравствуйте", "человек")
    said = {"text": "Горячий хлеб"}
    cron = _made(api, "/crons", {"name": "Утро", "hour": "9", "bot_id": bot, "message": said})["id"]
    emitter = _made(api, "/emitters", {"name": "Праздник", "bot_id": bot, "message": said,
                                       "send_at": "2199-01-01T09:00:00Z"})["id"]  # fmt: skip
    _made(api, "/credentials", {"bot_id": bot, "name": "Касса", "hosts": ["crm.example.com"], "strategy": "bearer",
                                "secret": {"token": "the token"}})  # fmt: skip
    _made(api, "/templates/from_steps", {"bot_id": bot, "step_ids": [steps["Забытый"]], "name": "Кусок"})
    changes = [{"op": "set", "path": "цена", "value": 90}]
    assert api.patch(f"/bots/{bot}/variables", json={"changes": changes}).is_success
    session = api.get(f"/bots/{bot}/sessions").json()["items"][0]["id"]
    other, _ = newcomer(product, "Чужой")
    foreign_bot = _made(other, "/bots/import", BOT)["id"]
    return Filled(api, email, bot, channel, session, cron, emitter, steps["Приветствие"], foreign_bot)


def talk(product: Product, channel: str, *texts: str) -> None:
    """A visitor of the channel says these, and waits for each answer."""
    with httpx2.Client(base_url=f"{product.url}/api/v1", timeout=30, trust_env=False) as visitor:
        token = _made(visitor, "/login/anonymous-access-token", {"channel_id": channel})["access_token"]
        visitor.headers |= {"Authorization": f"Bearer {token}", "Prefer": "wait=10"}
        for text in texts:
            answer = visitor.post("/messages", json={"channel_id": channel, "text": text})
            assert answer.is_success, answer.text


def before_log_in() -> list[Visit]:
    """Pages that only guests see."""
    return [
        Visit("/login", "/login"),
        Visit("/register", "/register"),
        Visit("/invitations", "/invitations", complains=("404",)),
        Visit("", "/admin/login"),
    ]


def visits(made: Filled) -> list[Visit]:
    """Everything behind the log-in, some pages in several states."""
    bot, place = f"/bots/{made.bot}", "/bots/:botId/:place/*?"
    talk, publish = (f"header button[aria-pressed] >> nth={index}" for index in (0, 1))
    return [
        Visit("/", "/"),
        Visit("/new", "/new"),
        Visit("/settings", "/settings"),
        Visit("/credentials", "/credentials"),
        Visit("/bots/:botId", bot),
        Visit("/bots/:botId", f"{bot}?step={made.step}"),
        Visit("panel talk", bot, press=(talk,)),
        Visit("panel talk", bot, press=(talk, "[data-panel] button[aria-pressed]")),
        Visit("panel publish", bot, press=(publish,)),
        Visit("place inbox", f"{bot}/inbox"),
        Visit("place inbox", f"{bot}/inbox?session={made.session}"),
        Visit("place inbox", f"{bot}/inbox?view=undelivered"),
        Visit("place channels", f"{bot}/channels"),
        Visit("/bots/:botId/channels/:channelId", f"{bot}/channels/{made.channel}"),
        Visit("place data", f"{bot}/data"),
        *(Visit(f"tab {tab}", f"{bot}/data/{tab}") for tab in ("variables", "requests", "widgets", "templates")),
        Visit("place schedule", f"{bot}/schedule"),
        Visit("place schedule", f"{bot}/schedule?new=cron"),
        Visit("place schedule", f"{bot}/schedule?cron={made.cron}"),
        Visit("place schedule", f"{bot}/schedule?emitter={made.emitter}"),
        Visit("place analytics", f"{bot}/analytics"),
        Visit("place versions", f"{bot}/versions"),
        Visit("place settings", f"{bot}/settings"),
        Visit("/chat/:channelId", f"/chat/{made.channel}"),
        Visit(place, f"/bots/{made.foreign_bot}/settings", complains=("404",)),
        Visit("", f"/bots/{made.foreign_bot}", complains=("404",)),
        Visit("", "/nowhere", complains=("404",)),
    ]  # fmt: skip
