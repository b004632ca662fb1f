"""A bot of presets alone, made over the API, published, and talked to in a running product."""

import time
from typing import Any

import httpx2

from tests.product import Product


class Builder:
    """Somebody who builds over HTTP."""

    def __init__(self, product: Product) -> None:
        self.http = httpx2.Client(base_url=f"{product.url}/api/v1", timeout=60)
        form = {"username": product.email, "password": product.password}
        token = self.http.post("/login/access-token", data=form).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: Any, **headers: str) -> Any:
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def put(self, bot: str, preset_id: str, after: str | None = None, **inputs: Any) -> Any:
        """Puts a preset behind a step, or at the beginning. Returns {name of an open end: its step}."""
        wish = {"inputs": inputs, "after_step_id": after, "is_first": after is None}
        made = self.post(f"/bots/{bot}/presets/{preset_id}", wish, **{"If-Match": "*"})
        return {door["name"]: door["step_id"] for door in made["ways_out"]} | {"first": made["first_step_id"]}

    def say(self, channel: str, text: str) -> list[str]:
        answer = self.post("/messages", {"channel_id": channel, "text": text}, Prefer="wait=20")
        return [reply["text"] for reply in answer["replies"]]


def test_a_bot_of_presets_alone_talks(product: Product) -> None:
    builder = Builder(product)
    bot = builder.post("/bots", {"name": "Tea house"})["id"]
    options = [{"text": "Tea", "value": "tea"}, {"text": "Coffee", "value": "coffee"}]
    drink = builder.put(bot, "question_choice", text="What will it be?", save_as="session.drink", options=options)
    count = builder.put(
        bot, "question_number", drink["next"], text="How many cups?", save_as="session.cups", whole=True, low=1, high=9
    )
    many = [{"field": "session.cups", "operator": "greater", "value": 3}]
    branch = builder.put(bot, "if_else", count["next"], rules=many)
    person = builder.put(bot, "handover", branch["then"], text="I ask the kitchen", back_words=["thanks"])
    delay = builder.put(bot, "delay", branch["else"], amount=1, unit="seconds")
    served = builder.put(bot, "message", delay["next"], text="{$session.cups$} x {$session.drink$}", waits=False)
    builder.put(bot, "jump", served["next"], step_id=drink["first"])
    builder.put(bot, "message", person["back"], text="Back again")
    checked = builder.http.get(f"/bots/{bot}/check").json()
    assert checked["publishable"], checked["problems"]
    builder.post(f"/bots/{bot}/publish", {})
    channel = builder.post("/channels", {"name": "Tea", "is_public": True, "default_bot_id": bot})["id"]
    assert builder.say(channel, "hello") == ["What will it be?"]
    assert builder.say(channel, "water") == ["Please choose one of these."]
    assert builder.say(channel, "TEA") == ["How many cups?"]
    assert builder.say(channel, "0") == ["Please write a whole number from 1 to 9."]
    assert builder.say(channel, "2") == []
    assert _later(builder, channel) == ["2 x tea", "What will it be?"]
    assert builder.say(channel, "coffee") == ["How many cups?"]
    assert builder.say(channel, "9") == ["I ask the kitchen"]
    assert builder.say(channel, "hello?") == []
    assert builder.say(channel, "Thanks") == ["Back again"]


def _later(builder: Builder, channel: str) -> list[str]:
    """What the bot says by itself after its last words."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        said = builder.http.get(f"/channels/{channel}/messages", params={"limit": 10}).json()["items"]
        texts = [each["text"] for each in sorted(said, key=lambda each: each["id"])]
        if texts[-1:] == ["What will it be?"] and "2 x tea" in texts:
            return texts[-2:]
        time.sleep(0.1)
    raise AssertionError(texts)
