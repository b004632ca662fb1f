"""A tour of DBCV through its API alone: a bot is built, published, talked to, changed, rolled back, exported, imported.

Start the product with `make up`, then:  .venv/bin/python examples/api_tour.py [--url http://127.0.0.1:8003]
It makes an account of its own, so it can be run as often as you like; --email and --password use one you have.
"""

import argparse
import secrets
from typing import Any

import httpx2


def taken(answer: httpx2.Response) -> Any:
    """What came back."""
    if not answer.is_success:
        raise SystemExit(f"{answer.request.method} {answer.url} was refused: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


class Api:
    """JSON over HTTP with a token. What is refused ends the tour with the API's own words."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.Client(base_url=f"{url}/api/v1", timeout=60)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return taken(self.sent(method, path, json=body, headers=headers))

    def sent(self, method: str, path: str, **what: Any) -> httpx2.Response:
        try:
            return self.http.request(method, path, **what)
        except httpx2.TransportError as error:
            hint = "Start it with `make up`, or say with --url where it is."
            raise SystemExit(f"{self.http.base_url} does not answer ({error}). {hint}") from error

    def sign_in(self, email: str, password: str, is_new: bool) -> None:
        if is_new:
            wish = {"email": email, "username": "Tourist", "password": password}
            token = self("POST", "/login/register", wish)
        else:
            form = {"username": email, "password": password}
            token = taken(self.sent("POST", "/login/access-token", data=form))
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"


def build(api: Api) -> tuple[str, str]:
    """A bot that asks for a name and an age. Returns its id and that of its last step."""
    bot = api("POST", "/bots", {"name": "Greeter"})["id"]
    step = {"bot_id": bot, "name": "Ask name", "message": {"text": "Hello! What is your name?"}}
    ask = api("POST", "/steps", step, **{"If-Match": '"1"'})
    group = {
        "bot_id": bot,
        "step_id": ask["id"],
        "variables": [{"target": "user.nick", "source": "message.text"}],
    }
    group_id = api("POST", "/connection_groups", group, **{"If-Match": f'"{ask["version"]}"'})["id"]
    print("  with POST /steps and /connection_groups: a step that asks, and keeps the answer in user.nick")

    version = api("GET", f"/bots/{bot}")["version"]
    welcome = {"name": "Welcome", "message": {"text": "Nice to meet you, {$user.nick|upper$}! How old are you?"}}
    grown, young = (
        {"name": "Grown-up", "message": {"text": "Welcome in."}},
        {"name": "Young", "message": {"text": "Ask your parents."}},
    )
    changes = [{"op": "add", "kind": "step", "fields": fields} for fields in (welcome, grown, young)]
    done = api("POST", f"/bots/{bot}/changes", {"version": version, "changes": changes})
    welcome_id, grown_id, young_id = (part["id"] for part in done["parts"])

    changes = [
        {"op": "add", "kind": "connection", "fields": {"group_id": group_id, "next_step_id": welcome_id}},
        {"op": "add", "kind": "connection_group", "fields": {"step_id": welcome_id}},
        {"op": "update", "kind": "bot", "fields": {"first_step_id": ask["id"]}},
    ]
    done = api("POST", f"/bots/{bot}/changes", {"version": done["version"], "changes": changes})
    asking = done["parts"][1]["id"]
    adult = {"condition": "AND", "rules": [{"field": "message.text", "operator": "greater_or_equal", "value": 18}]}
    ways = [
        {"group_id": asking, "next_step_id": grown_id, "rules": adult, "priority": 0},
        {"group_id": asking, "next_step_id": young_id, "rules": {}, "priority": 1},
    ]
    changes = [{"op": "add", "kind": "connection", "fields": fields} for fields in ways]
    done = api("POST", f"/bots/{bot}/changes", {"version": done["version"], "changes": changes})
    print(
        f"  with POST /bots/{{id}}/changes: three steps and how they lead on; the draft is at version {done['version']}"
    )
    return bot, grown_id


def talk(api: Api, channel: str, words: list[str]) -> None:
    """As a visitor who has no account."""
    visitor = Api(str(api.http.base_url).partition("/api/v1")[0])
    token = visitor("POST", "/login/anonymous-access-token", {"channel_id": channel})
    visitor.http.headers["Authorization"] = f"Bearer {token['access_token']}"
    for text in words:
        answer = visitor("POST", "/messages", {"channel_id": channel, "text": text}, Prefer="wait=20")
        replies = " / ".join(reply["text"] for reply in answer.get("replies", []))
        print(f"  visitor: {text:<8} bot: {replies}")


def change_and_go_back(api: Api, bot: str, step: str, channel: str) -> None:
    """The draft is changed, compared, published, and the first revision is run again."""
    api("PATCH", f"/steps/{step}/message", {"text": "Welcome, make yourself at home."}, **{"If-Match": "*"})
    for difference in api("GET", f"/bots/{bot}/diff")["differences"]:
        print(f"  the draft differs from what is published: {difference['sentence']}")
    number = api("POST", f"/bots/{bot}/publish", {"comment": "A warmer welcome"})["number"]
    print(f"  revision {number} is published")
    talk(api, channel, ["hi", "Anna", "30"])
    api("POST", f"/bots/{bot}/revisions/1/publish")
    print("  revision 1 is published again")
    talk(api, channel, ["hi", "Anna", "30"])


def more(api: Api, bot: str) -> None:
    """What else a bot may have."""
    steps = [step["id"] for step in api("GET", f"/steps?bot_id={bot}")["items"] if step["name"] in ("Grown-up",)]
    group = api("POST", "/template_groups", {"name": "Library of the tour"})["id"]
    wish = {"bot_id": bot, "step_ids": steps, "name": "Welcome in", "group_id": group}
    made = api("POST", "/templates/from_steps", wish)
    print(f"  a template made of {len(steps)} step: “{made['template']['name']}”")
    secret = {"bot_id": bot, "name": "CRM", "hosts": ["crm.example"], "secret": {"api_key": "never to be seen again"}}
    shown = api("POST", "/credentials", secret)
    assert "never to be seen again" not in str(shown)
    print(f"  a credential for {shown['hosts'][0]}; its secret is stored and shown to nobody")
    answer = api.http.put(
        "/attachments", params={"name": "price list.txt", "bot_id": bot}, content=b"Tea 2, coffee 3\n"
    )
    file = taken(answer)
    print(f"  a file of {file['size']} bytes: “{file['name']}”, {file['content_type']}")
    cron = {
        "bot_id": bot,
        "message": {"text": "Good morning!"},
        "day_of_week": "mon-fri",
        "hour": "9",
        "timezone": "Europe/Moscow",
    }
    made = api("POST", "/crons", cron, **{"If-Match": "*"})
    print(f"  a cron: {made['description']['en']}; next at {', '.join(each[:16] for each in made['next'][:3])} UTC")
    emitter = {"bot_id": bot, "message": {"text": "Happy New Year!"}, "send_at": "2099-01-01T00:00:00+03:00"}
    made = api("POST", "/emitters", emitter, **{"If-Match": "*"})
    print(f"  an emitter: {made['description']['en']}; next at {made['next'][0][:16]} UTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8003", help="where `make up` says that DBCV is")
    parser.add_argument("--email", help="of an account you have; without it a new one is made")
    parser.add_argument("--password", default=f"a tour {secrets.token_hex(8)}")
    options = parser.parse_args()
    api = Api(options.url.rstrip("/"))

    print("1. An account")
    email = options.email or f"tourist-{secrets.token_hex(4)}@example.com"
    api.sign_in(email, options.password, is_new=options.email is None)
    print(f"  {email}")
    print("2. A bot")
    bot, last = build(api)
    print("3. Is it in order?")
    found = api("GET", f"/bots/{bot}/check")
    print(f"  {'yes' if found['publishable'] else 'no'}, with {len(found['problems'])} remarks")
    for problem in found["problems"]:
        print(f"  {problem['severity']}: {problem['message']}")
    print("4. Published, and talked to")
    api("POST", f"/bots/{bot}/publish", {"comment": "The first one"})
    channel = api("POST", "/channels", {"name": "Tour", "is_public": True, "default_bot_id": bot})["id"]
    talk(api, channel, ["hi", "Anna", "30"])
    talk(api, channel, ["hi", "Boris", "12"])
    print("5. Changed, compared, published again, rolled back")
    change_and_go_back(api, bot, last, channel)
    print("6. Out and in again")
    document = api("GET", f"/bots/{bot}/export")
    copy = api("POST", "/bots/import", document | {"name": "Greeter's copy"})
    print(f"  {len(document['steps'])} steps exported; imported as “{copy['name']}”, remarks: {len(copy['problems'])}")
    print("7. A template, a secret, a file, schedules")
    more(api, bot)
    print(f"Talk to it yourself: {options.url}/chat/{channel}")
    if options.email is None:
        print(f"See it drawn: {options.url} (log in as {email} with the password “{options.password}”)")


if __name__ == "__main__":
    main()
