"""What the product says of itself: /metrics, the live topic, logs with one turn_id, traces of turns."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from dbcv.domains.conversations.live.frames import topic_parts
from dbcv.entrypoints.api import create_app
from dbcv.entrypoints.http import metrics
from dbcv.entrypoints.http.edge import route_of
from dbcv.kit.realtime import METRICS_TOPIC
from dbcv.kit.settings import Settings
from dbcv.kit.traces import Tracer, span_id
from tests.loopback import plain, serve
from tests.product import Product

NEAR, FAR = ("127.0.0.1", 4000), ("192.0.2.7", 4000)


@pytest.fixture
async def app(settings: Settings, valkey: Redis) -> AsyncIterator[Any]:
    edge = create_app(settings)
    async with edge.app.router.lifespan_context(edge.app):
        yield edge


def client(edge: Any, address: tuple[str, int] = NEAR) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=edge, client=address, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://dbcv.test")


def read(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(sorted((key, value) for key, value in sample.labels.items() if key != "process"))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


async def test_figures_of_the_api_and_of_the_cluster(app: Any) -> None:
    near = client(app)
    before = read((await near.get("/metrics")).text)
    await near.get("/api/v1/bots/01890000-0000-7000-8000-00000000dead")
    await near.get("/api/v1/bots/01890000-0000-7000-8000-00000000beef")
    answer = await near.get("/metrics")
    found = read(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    route = (("method", "GET"), ("route", "/api/v1/bots/{bot_id}"), ("status", "401"))
    assert found["dbcv_http_requests_total"][route] - before.get("dbcv_http_requests_total", {}).get(route, 0) == 2
    assert not [labels for labels in found["dbcv_http_requests_total"] if "00000000dead" in str(labels)]
    assert found["dbcv_up"] == {(("part", "database"),): 1, (("part", "streams"),): 1}
    assert found["dbcv_mailbox_depth"] == {(): 0}
    assert (("stream", "user_messages.0"),) in found["dbcv_stream_pending"]


async def test_only_this_machine_reads_it_unless_there_is_a_token(settings: Settings, valkey: Redis, app: Any) -> None:
    assert (await client(app, FAR).get("/metrics")).status_code == 404
    forwarded = await client(app).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert forwarded.status_code == 404
    guarded = create_app(settings.model_copy(update={"metrics_token": "a token of the tests"}))
    async with guarded.app.router.lifespan_context(guarded.app):
        far = client(guarded, FAR)
        assert (await far.get("/metrics")).status_code == 401
        assert (await far.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 401
        good = await far.get("/metrics", headers={"Authorization": "Bearer a token of the tests"})
        assert good.status_code == 200


async def test_it_answers_while_the_database_or_valkey_is_away(settings: Settings, valkey: Redis) -> None:
    away = settings.model_copy(update={"redis_url": "unix:///nowhere/at.all"})
    edge = create_app(away)
    async with edge.app.router.lifespan_context(edge.app):
        found = read((await client(edge).get("/metrics")).text)
    assert found["dbcv_up"] == {(("part", "database"),): 1, (("part", "streams"),): 0}
    assert "dbcv_mailbox_depth" in found


async def test_the_same_figures_live(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "LIVE_SECONDS", 0.05)
    state = app.app.state
    watching = metrics.LiveMetrics(state)
    await watching.start()
    reader = state.hub.subscribe(METRICS_TOPIC)
    topic, frame = await asyncio.wait_for(reader.get(), 30)
    await watching.stop()
    assert (topic, frame["type"]) == (METRICS_TOPIC, "metrics")
    assert {"dbcv_mailbox_depth", "dbcv_turns_total"} <= {figure["name"] for figure in frame["figures"]}
    json.dumps(frame)
    assert topic_parts("metrics")[0] == METRICS_TOPIC


async def test_spans_reach_a_collector(settings: Settings) -> None:
    turn_id = UUID("01890000-0000-7000-8000-00000000dead")
    async with serve(plain("{}", headers="Content-Type: application/json")) as collector:
        tracer = Tracer()
        named = {"otlp_endpoint": f"http://127.0.0.1:{collector.port}/", "otlp_headers": "x-key=abc, y=z"}
        await tracer.start(settings.model_copy(update=named), "test-1")
        tracer.span(turn_id, "accept", 1_000, ended_ns=2_000)
        tracer.span(turn_id, "turn", 1_500, parent="accept", error="oh", ended_ns=3_000, session_id="s", revision=3)
        await tracer.stop()
    asked = collector.asked[0]
    assert (asked.method, asked.target, asked.headers["x-key"]) == ("POST", "/v1/traces", "abc")
    resource = json.loads(asked.body)["resourceSpans"][0]
    assert {"key": "service.name", "value": {"stringValue": "dbcv"}} in resource["resource"]["attributes"]
    accept, turn = resource["scopeSpans"][0]["spans"]
    assert {accept["traceId"], turn["traceId"]} == {turn_id.hex}
    assert (turn["parentSpanId"], accept["parentSpanId"]) == (accept["spanId"], "")
    assert accept["spanId"] == span_id(turn_id, "accept")
    assert turn["status"] == {"code": 2, "message": "oh"}
    assert (turn["startTimeUnixNano"], turn["endTimeUnixNano"]) == ("1500", "3000")


async def test_tracing_is_off_without_a_collector_and_bounded_with_one_away(settings: Settings) -> None:
    off = Tracer()
    await off.start(settings, "test")
    off.span(UUID(int=1), "turn", 0)
    assert not off.is_on
    assert off._waiting == []
    away = Tracer()
    await away.start(settings.model_copy(update={"otlp_endpoint": "http://127.0.0.1:9"}), "test")
    for _ in range(6_000):
        away.span(UUID(int=1), "turn", 0)
    assert len(away._waiting) == 5_000
    await away.stop()
    none = Tracer()
    await none.start(settings.model_copy(update={"otlp_endpoint": "http://x", "otlp_sample_ratio": 0.0}), "test")
    none.span(UUID(int=1), "turn", 0)
    assert none._waiting == []
    await none.stop()


@pytest.mark.timeout(120)
def test_one_turn_id_through_every_process(tmp_path: Any) -> None:
    """A real product: a message, its log lines in two processes, its trace, its figures."""
    spans: list[dict[str, Any]] = []

    async def collect() -> None:
        async def answer(asked: Any, writer: Any) -> None:
            for resource in json.loads(asked.body)["resourceSpans"]:
                process = resource["resource"]["attributes"][1]["value"]["stringValue"]
                spans.extend(span | {"process": process} for span in resource["scopeSpans"][0]["spans"])
            writer.write(plain("{}", headers="Content-Type: application/json"))

        async with serve(answer) as collector:
            endpoint = f"http://127.0.0.1:{collector.port}"
            product = Product(DBCV_LOG_LEVEL="debug", DBCV_LOG_FORMAT="json", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
            try:
                await asyncio.to_thread(product.start)
                await talk(product)
            finally:
                await asyncio.to_thread(product.remove)

    async def talk(product: Product) -> None:
        async with httpx2.AsyncClient(base_url=product.url, timeout=30) as http:
            form = {"username": product.email, "password": product.password}
            token = (await http.post("/api/v1/login/access-token", data=form)).json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            channel = (await http.get("/api/v1/channels")).json()["items"][0]["id"]
            wish = {"channel_id": channel, "text": "/start"}
            answer = await http.post("/api/v1/messages", json=wish, headers={"Prefer": "wait=20"})
            turn_id = answer.json()["message"]["id"]
            lines = [line for line in product.output().splitlines() if turn_id in line and line.startswith("{")]
            said = {
                (entry["process"], entry["event"])
                for entry in map(json.loads, lines)
                if entry.get("turn_id") == turn_id
            }
            assert {("api", "message.accepted"), ("worker", "turn.committed")} <= said
            await until(lambda: {"accept", "turn", "commit"} <= {s["name"] for s in of_turn(turn_id)})
            by_name = {span["name"]: span for span in of_turn(turn_id)}
            assert by_name["turn"]["parentSpanId"] == by_name["accept"]["spanId"]
            assert by_name["accept"]["process"].startswith("api-")
            assert by_name["turn"]["process"].startswith("worker-")
            await until_async(lambda: worker_counted(http))

    def of_turn(turn_id: str) -> list[dict[str, Any]]:
        return [span for span in spans if span["traceId"] == UUID(turn_id).hex]

    asyncio.run(collect())


async def worker_counted(http: httpx2.AsyncClient) -> bool:
    text = (await http.get("/metrics", headers={"Authorization": ""})).text
    return 'dbcv_turns_total{process="worker-' in text and "dbcv_turn_latency_seconds_bucket" in text


async def until(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come true")


async def until_async(condition: Any) -> None:
    for _ in range(300):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come true")


def test_an_empty_part_of_an_address_is_no_part_of_its_template() -> None:
    scope = {"path": "/admin/", "endpoint": object(), "route": object(), "path_params": {"path": ""}}
    assert route_of(scope) == "other"
    assert route_of({**scope, "path": "/x/7", "path_params": {"part_id": 7}}) == "/x/{part_id}"
