"""What goes wrong with every vendor of the catalogue, and what the author is told: one clear sentence, as data."""

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.integrations.amocrm import double as amocrm
from tests.integrations.bitrix24 import double as bitrix24
from tests.integrations.caller import Caller
from tests.integrations.github import double as github
from tests.integrations.google_sheets import double as google_sheets
from tests.integrations.newsapi import double as newsapi
from tests.integrations.openweathermap import double as openweathermap
from tests.integrations.service import SILENCE, Service, said
from tests.integrations.slack import double as slack
from tests.integrations.stripe import double as stripe
from tests.integrations.yandex import double as yandex
from tests.integrations.yookassa import double as yookassa

WRONG = "wrong-0123456789-wrong"
SHEETS = {"spreadsheet": google_sheets.SHEET, "range": "Sheet1"}


@dataclass(frozen=True)
class Case:
    """One action of a vendor: how it works, what is wrong with `bad` (a word of the error), how its limit looks."""

    double: Callable[[], Service]
    provider: str
    strategy: str
    secret: dict[str, str]
    config: dict[str, Any]
    bad: dict[str, Any]
    says: str
    limit: Callable[[], web.Response]
    wrong: dict[str, str] = field(default_factory=dict)

    def wrong_secret(self) -> dict[str, str]:
        """As long as the right one, and not it."""
        return self.wrong or dict.fromkeys(self.secret, WRONG)


def _google_limit() -> web.Response:
    error = {"code": 429, "message": "Quota exceeded for quota metric 'Read requests'", "status": "RESOURCE_EXHAUSTED"}
    return said({"error": error}, 429, Retry_After="7")


def _yandex_limit() -> web.Response:
    return said({"code": 8, "message": "limit on requests was exceeded"}, 429, Retry_After="7")


def _stripe_limit() -> web.Response:
    error = {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests hit the API."}
    return said({"error": error}, 429, Retry_After="7")


def _github_limit() -> web.Response:
    return said({"message": "You have exceeded a secondary rate limit."}, 429, Retry_After="7")


def _news_limit() -> web.Response:
    return newsapi.refused(429, "rateLimited", "You have made too many requests recently.", Retry_After="7")


def _amo_limit() -> web.Response:
    return said({"title": "Too Many Requests", "status": 429}, 429, Retry_After="7")


def _yoo_limit() -> web.Response:
    return said({"type": "error", "code": "too_many_requests", "description": "Slow down"}, 429, Retry_After="7")


def _bitrix_limit() -> web.Response:
    return said({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}, 503, Retry_After="7")


def _weather_limit() -> web.Response:
    return said({"cod": 429, "message": "Your account is temporary blocked."}, 429, Retry_After="7")


def _slack_limit() -> web.Response:
    return said({"ok": False, "error": "ratelimited"}, 429, Retry_After="7")


ACCOUNT = json.dumps(google_sheets.ACCOUNT)
STRANGER = json.dumps(google_sheets.ACCOUNT | {"private_key": google_sheets.OTHER_KEY, "private_key_id": WRONG})
CASES = {
    "slack.send_message": Case(
        slack.Slack, "slack", "bearer", {"token": slack.TOKEN}, {"channel": "C1", "text": "Hi"},
        {"channel": "C1"}, "text or blocks", _slack_limit,
    ),
    "google_sheets.read_range": Case(
        google_sheets.GoogleSheets, "google_service_account", "api_key", {"api_key": ACCOUNT}, SHEETS,
        SHEETS | {"spreadsheet": "short"}, "spreadsheet", _google_limit, {"api_key": STRANGER},
    ),
    "yandex.weather": Case(
        yandex.Yandex, "yandex_weather", "api_key", {"api_key": yandex.KEY}, {"latitude": "55.75", "longitude": 37.6},
        {"latitude": 91, "longitude": 0}, "latitude", _yandex_limit,
    ),
    "yandex.translate": Case(
        yandex.Yandex, "yandex_cloud", "api_key", {"api_key": yandex.KEY}, {"text": "привет", "target": "en"},
        {"text": "привет", "target": "English!"}, "target", _yandex_limit,
    ),
    "yandex.geocode": Case(
        yandex.Yandex, "yandex_maps", "api_key", {"api_key": yandex.KEY}, {"query": "Москва"},
        {"query": ""}, "query", _yandex_limit,
    ),
    "openweathermap.current": Case(
        openweathermap.OpenWeatherMap, "openweathermap", "api_key", {"api_key": openweathermap.KEY},
        {"place": "Moscow"}, {"latitude": 5}, "both coordinates", _weather_limit,
    ),
    "amocrm.create_lead": Case(
        amocrm.AmoCrm, "amocrm", "bearer", {"token": amocrm.TOKEN}, {"name": "Order"},
        {"name": "Order", "price": "many"}, "price", _amo_limit,
    ),
    "yookassa.create_payment": Case(
        yookassa.YooKassa, "yookassa", "basic", {"username": yookassa.SHOP, "password": yookassa.SECRET},
        {"amount": "100", "return_url": "https://shop.example"},
        {"amount": "-1", "return_url": "https://shop.example"}, "amount", _yoo_limit,
    ),
    "stripe.create_checkout": Case(
        stripe.Stripe, "stripe", "api_key", {"api_key": stripe.KEY},
        {"product": "Shirt", "amount": "15", "success_url": "https://shop.example"},
        {"product": "Shirt", "success_url": "https://shop.example"}, "price_id, or product", _stripe_limit,
    ),
    "github.create_issue": Case(
        github.GitHub, "github", "bearer", {"token": github.TOKEN}, {"repository": "acme/shop", "title": "Help"},
        {"repository": "../acme", "title": "Help"}, "repository", _github_limit,
    ),
    "newsapi.search": Case(
        newsapi.NewsApi, "newsapi", "api_key", {"api_key": newsapi.KEY}, {"query": "bots"},
        {"query": "bots", "from_date": "soon"}, "from_date", _news_limit,
    ),
}  # fmt: skip
every = pytest.mark.parametrize("action", CASES)


@pytest.fixture
async def service(caller: Caller, action: str) -> AsyncIterator[Service]:
    """The double of the action's vendor, with the right credential given."""
    case = CASES[action]
    async with case.double() as running:
        caller.credential(case.provider, case.strategy, [f"http://127.0.0.1:{running.port}"], **case.secret)
        yield running


@every
async def test_it_works(caller: Caller, service: Service, action: str) -> None:
    reply = await caller.call(action, CASES[action].config)
    assert reply["ok"], reply


@every
async def test_a_wrong_key(caller: Caller, service: Service, action: str) -> None:
    case = CASES[action]
    hosts = [f"http://127.0.0.1:{service.port}"]
    caller.credential(case.provider, case.strategy, hosts, **case.wrong_secret())
    reply = await caller.call(action, case.config)
    assert (reply["ok"], reply["code"]) == (False, "credential"), reply
    assert WRONG not in str(reply)


@every
async def test_bad_input_calls_nobody(caller: Caller, service: Service, action: str) -> None:
    reply = await caller.call(action, CASES[action].bad)
    assert (reply["ok"], reply["code"]) == (False, "bad_config"), reply
    assert CASES[action].says in reply["error"]
    assert not service.seen


@every
async def test_a_limit_says_how_long(caller: Caller, service: Service, action: str) -> None:
    await caller.call(action, CASES[action].config)  # google's token is there then
    service.prepare(CASES[action].limit())
    reply = await caller.call(action, CASES[action].config)
    assert (reply["ok"], reply["code"], reply["retry_after_seconds"]) == (False, "rate_limited", 7), reply
    assert "asks to wait" in reply["error"]


@every
async def test_silence_ends(caller: Caller, service: Service, action: str) -> None:
    await caller.call(action, CASES[action].config)
    service.prepare(SILENCE)
    reply = await caller.call(action, CASES[action].config, limit_seconds=0.1)
    assert (reply["ok"], reply["code"]) == (False, "timeout"), reply


@every
async def test_a_page_instead_of_json(caller: Caller, service: Service, action: str) -> None:
    page = "<html><h1>502 Bad Gateway</h1><p>nginx</p></html>"
    await caller.call(action, CASES[action].config)
    service.prepare(web.Response(status=502, text=page, content_type="text/html"))
    reply = await caller.call(action, CASES[action].config)
    assert not reply["ok"] and "<" not in reply["error"] and "502" in f"{reply['error']}{reply.get('status')}", reply


@every
async def test_an_answer_made_otherwise(caller: Caller, service: Service, action: str) -> None:
    await caller.call(action, CASES[action].config)
    service.prepare(said(["unforeseen"]))
    reply = await caller.call(action, CASES[action].config)
    assert not reply["ok"]
    assert "not understood" in reply["error"] or "without a result" in reply["error"], reply


@every
@pytest.mark.parametrize(
    ("body", "says"), [("[" * 200_000, "n JSON|no JSON|not understood"), (" " * 6_000_000, "5 MB|too much")]
)
async def test_a_hostile_answer(caller: Caller, service: Service, action: str, body: str, says: str) -> None:
    await caller.call(action, CASES[action].config)
    service.prepare(web.Response(text=body, content_type="application/json"))
    reply = await caller.call(action, CASES[action].config)
    assert not reply["ok"] and re.search(says, reply["error"]), reply


@every
async def test_no_secret_in_what_is_said(
    caller: Caller, service: Service, action: str, capfd: pytest.CaptureFixture[str]
) -> None:
    case = CASES[action]
    await caller.call(action, case.config)
    secrets = [text for name, text in case.secret.items() if name != "username"]
    echo = {"message": f"bad {secrets[0]}", "error": f"bad {secrets[0]}", "detail": f"bad {secrets[0]}"}
    service.prepare(said(echo, 400))
    reply = await caller.call(action, case.config)
    assert not reply["ok"]
    heard = capfd.readouterr()
    for secret in secrets:
        assert secret not in f"{reply}{heard.out}{heard.err}"


async def test_an_unset_variable_is_left_out(caller: Caller) -> None:
    async with amocrm.AmoCrm() as service:
        caller.credential("amocrm", "bearer", [f"http://127.0.0.1:{service.port}"], token=amocrm.TOKEN)
        config = {"name": "Order", "price": None, "contact_id": None, "tags": None, "fields": {"1": "x"}}
        assert (await caller.call("amocrm.create_lead", config))["ok"]
        assert set(service.last.body[0]) == {"name", "custom_fields_values"}
        reply = await caller.call("amocrm.create_lead", {"name": None})
        assert reply["code"] == "bad_config" and reply["error"].startswith("name: ")


async def test_a_secret_goes_to_its_hosts_only(caller: Caller) -> None:
    """A credential that is bound elsewhere: nobody is called."""
    case = CASES["github.create_issue"]
    async with case.double() as service:
        caller.credential("bitrix24", "api_key", ["elsewhere.example"], api_key=_webhook(service))
        reply = await caller.call("bitrix24.call_method", {"method": "user.current"})
        assert (reply["ok"], reply["code"]) == (False, "refused")
        assert "bound to" in reply["error"] and not service.seen


def _webhook(service: Service) -> str:
    return f"http://127.0.0.1:{service.port}/rest/1/{bitrix24.SECRET}/"


async def test_bitrix24_says_no_in_its_own_ways(caller: Caller) -> None:
    method = {"method": "user.current"}
    async with bitrix24.Bitrix24() as service:
        hosts = [f"http://127.0.0.1:{service.port}"]
        caller.credential("bitrix24", "api_key", hosts, api_key=_webhook(service).replace("abcdef", "aaaaaa"))
        assert (await caller.call("bitrix24.call_method", method))["code"] == "credential"
        caller.credential("bitrix24", "api_key", hosts, api_key=WRONG)
        reply = await caller.call("bitrix24.call_method", method)
        assert reply["code"] == "credential" and "inbound webhook" in reply["error"]
        caller.credential("bitrix24", "api_key", hosts, api_key=_webhook(service))
        service.prepare(_bitrix_limit())
        reply = await caller.call("bitrix24.call_method", method)
        assert (reply["code"], reply["retry_after_seconds"]) == ("rate_limited", 7)
        service.prepare(said({"error": "QUERY_LIMIT_EXCEEDED"}))  # some portals say it with status 200
        assert (await caller.call("bitrix24.call_method", method))["code"] == "rate_limited"
        service.prepare(SILENCE)
        assert (await caller.call("bitrix24.call_method", method, limit_seconds=0.1))["code"] == "timeout"
        asked = len(service.seen)
        assert (await caller.call("bitrix24.call_method", {"method": "../x"}))["code"] == "bad_config"
        assert len(service.seen) == asked
