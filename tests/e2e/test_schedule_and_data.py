"""What a bot says by the clock and what it keeps, in a real browser: made, looked at, changed, from a file, removed."""

from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import ADMIN, Visitors, log_in
from tests.e2e.looks import serious, until
from tests.product import Product

SHOP: dict[str, Any] = {
    "format": "dbcv.bot", "version": 1, "name": "Shop", "first_step_id": "a",
    "steps": [{
        "id": "a", "name": "Greet", "message": {"text": "It costs {$bot.price$}", "widget_id": "w"},
        "connection_groups": [{
            "search_type": "response", "request_id": "r", "connections": [{"rules": {}, "next_step_id": "a"}],
        }],
    }],
    "requests": [{"id": "r", "name": "CRM", "method": "post", "request_url": "https://crm.example.com/deals"}],
    "widgets": [{
        "id": "w", "name": "Times", "body": "<button>{$session.day$}</button>",
        "js": "document.querySelector('button').onclick = () => dbcv.send('chosen');",
    }],
}  # fmt: skip


@pytest.fixture
def admin(product: Product) -> httpx2.Client:
    return log_in(product)


@pytest.fixture
def shop(admin: httpx2.Client) -> str:
    """The id of a published bot with a variable."""
    made = admin.post("/bots/import", json=SHOP)
    assert made.status_code == 201, made.text
    bot_id = str(made.json()["id"])
    assert admin.post(f"/bots/{bot_id}/publish", json={}).status_code == 201
    keep(admin, bot_id, price=9)
    return bot_id


def keep(admin: httpx2.Client, bot_id: str, **values: Any) -> None:
    changes = [{"op": "set", "path": path, "value": value} for path, value in values.items()]
    assert admin.patch(f"/bots/{bot_id}/variables", json={"changes": changes}).status_code == 200


def kept(admin: httpx2.Client, bot_id: str) -> dict[str, Any]:
    items = admin.get(f"/bots/{bot_id}/variables").json()["items"]
    return {item["path"]: item["value"] for item in items}


async def _open(visitors: Visitors, path: str, **options: Any) -> Page:
    return (await visitors(path, account=ADMIN, **options)).page


async def test_a_schedule_is_made_by_simple_choices_reads_as_a_sentence_and_is_switched_off(
    visitors: Visitors, admin: httpx2.Client, shop: str, axe: str
) -> None:
    page = await _open(visitors, f"/bots/{shop}/schedule", timezone_id="Europe/Moscow")
    visitors.opened[0].expected_complaints = ("422",)
    await page.get_by_role("button", name="New schedule", exact=True).click()
    await page.get_by_label("Name").fill("Morning")
    await page.get_by_label("Text").fill("Good morning")
    await page.get_by_label("Time", exact=True).fill("08:30")
    preview = page.get_by_role("status").filter(has_text="next 5 times")
    await expect(preview).to_contain_text("Every working day at 08:30, Moscow time")
    await expect(preview.get_by_role("listitem")).to_have_count(5)
    await page.get_by_text("More: all fields").click()
    await page.get_by_label("Hour").fill("25")
    await expect(page.get_by_text("from 0 to 23")).to_be_visible()
    await page.get_by_label("Hour").fill("8")
    await expect(preview).to_contain_text("Every working day at 08:30")
    assert await serious(page, axe) == []
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", name="Morning")).to_be_visible()
    (cron,) = admin.get("/crons", params={"bot_id": shop}).json()["items"]
    assert (cron["day_of_week"], cron["hour"], cron["minute"], cron["timezone"]) == (
        "mon-fri",
        "8",
        "30",
        "Europe/Moscow",
    )
    await page.get_by_role("link", name="All schedules").click()
    await expect(page.get_by_text("every working day at 08:30, Moscow time")).to_be_visible()
    await page.get_by_label("On: Morning").click(force=True)
    await expect(page.get_by_label("On: Morning")).not_to_be_checked()
    query = {"bot_id": shop}
    await until(lambda: admin.get("/crons", params=query).json()["items"][0]["is_active"], wanted=False)


async def test_variables_are_edited_in_place_found_in_steps_and_come_from_a_file(
    visitors: Visitors, admin: httpx2.Client, shop: str, axe: str
) -> None:
    page = await _open(visitors, f"/bots/{shop}/data")
    field = page.get_by_label("Value of price")
    await field.fill("12.5")
    await field.press("Enter")
    await page.get_by_role("button", name="Where price is used").click()
    await expect(page.get_by_role("link", name="Greet")).to_be_visible()
    await until(lambda: kept(admin, shop), {"price": 12.5})
    await page.get_by_role("button", name="Upload CSV").click()
    wrong = b'variable,value\r\nphone,"""79990000000"""\r\na b,1\r\n'
    await _choose(page, wrong)
    await expect(page.get_by_role("alert")).to_contain_text("Row 3")
    await expect(page.get_by_role("button", name="Set 1 variable")).to_be_disabled()
    await _choose(page, b'variable,value\r\nphone,"""79990000000"""\r\nprice,15\r\n')
    await page.get_by_role("button", name="Set 2 variables").click()
    await expect(page.get_by_label("Value of phone")).to_have_value("79990000000")
    await until(lambda: kept(admin, shop), {"phone": "79990000000", "price": 15})
    async with page.expect_download() as given:
        await page.get_by_role("button", name="Download CSV", exact=True).click()
    text = (await (await given.value).path()).read_text("utf-8-sig")
    assert text.splitlines() == ["variable,value", 'phone,"""79990000000"""', "price,15"]
    await page.get_by_role("button", name="Remove “phone”").click()
    await expect(page.get_by_label("Value of phone")).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Value of phone")).to_be_visible()
    assert await serious(page, axe) == []


async def _choose(page: Page, content: bytes) -> None:
    files = [{"name": "a.csv", "mimeType": "text/csv", "buffer": content}]
    await page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]


async def test_people_are_one_table(visitors: Visitors, admin: httpx2.Client, shop: str) -> None:
    channel = admin.post("/channels", json={"name": "Room", "is_public": True, "default_bot_id": shop}).json()["id"]
    guest = httpx2.Client(base_url=admin.base_url, timeout=30, trust_env=False)
    let_in = guest.post("/login/anonymous-access-token", json={"channel_id": channel}).json()
    guest.headers["Authorization"] = f"Bearer {let_in['access_token']}"
    said = guest.post("/messages", json={"channel_id": channel, "text": "hi"}, headers={"Prefer": "wait=10"})
    assert said.status_code in (200, 201), said.text
    page = await _open(visitors, f"/bots/{shop}/data/variables?of=user")
    person = let_in["subscriber_id"]
    await page.get_by_role("button", name="Upload CSV").click()
    await _choose(page, f"user_id,username,visits\r\n{person},,3\r\n".encode())
    await page.get_by_role("button", name="Change 1 person").click()
    await expect(page.get_by_role("cell", name="3")).to_be_visible()
    await page.get_by_role("button", name=f"Visitor {person[-6:]}").click()
    await expect(page.get_by_label("Value of visits")).to_have_value("3")


async def test_requests_and_widgets_are_edited_where_they_stand(
    visitors: Visitors, admin: httpx2.Client, shop: str, axe: str
) -> None:
    page = await _open(visitors, f"/bots/{shop}/data/requests")
    await expect(page.get_by_role("link", name="Greet")).to_be_visible()
    await page.get_by_role("button", name="CRM").click()
    await page.get_by_label("Address").fill("https://crm.example.com/orders")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Widgets").click()
    await page.get_by_role("button", name="Times").click()
    frame = page.frame_locator("iframe")
    await page.get_by_label("session.day").fill("Monday <b>")
    await expect(frame.get_by_role("button", name="Monday <b>")).to_be_visible()
    await frame.get_by_role("button", name="Monday <b>").click()
    await expect(page.get_by_text("The widget says: chosen")).to_be_visible()
    await page.get_by_role("textbox", name="HTML").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("<p>tail</p>")
    await expect(frame.get_by_text("tail")).to_be_visible()
    assert await serious(page, axe) == []
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    (request,) = admin.get("/requests", params={"bot_id": shop}).json()["items"]
    assert request["request_url"] == "https://crm.example.com/orders"
    query = {"bot_id": shop}
    await until(lambda: "<p>tail</p>" in admin.get("/widgets", params=query).json()["items"][0]["body"], wanted=True)


async def test_a_template_that_is_behind_is_brought_up_to_date(
    visitors: Visitors, admin: httpx2.Client, shop: str, axe: str
) -> None:
    library = admin.post("/template_groups", json={"name": "Ours"}).json()["id"]
    steps = [part["id"] for part in admin.get(f"/bots/{shop}/draft").json()["parts"] if part["kind"] == "step"]
    wish = {"bot_id": shop, "step_ids": steps, "name": "Greeting", "group_id": library}
    template = admin.post("/templates/from_steps", json=wish).json()["template"]["id"]
    assert admin.post("/template_instances", json={"bot_id": shop, "template_id": template}).status_code == 201
    renamed = admin.patch(f"/templates/{template}", json={"name": "Greeting 2"}, headers={"If-Match": "*"})
    assert renamed.status_code == 200, renamed.text
    page = await _open(visitors, f"/bots/{shop}/data/templates")
    await expect(page.get_by_text("The copy is of version 1, the library has 2.")).to_be_visible()
    assert await serious(page, axe) == []
    await page.get_by_role("button", name="Update").click()
    await page.get_by_role("dialog").get_by_role("button", name="Update").click()
    await expect(page.get_by_text("The copy is of version 1")).to_be_hidden()
    await page.get_by_text("See inside").first.click()
    await expect(page.get_by_text("It costs").first).to_be_visible()
    (instance,) = admin.get("/template_instances", params={"bot_id": shop}).json()["items"]
    assert not instance["source"]["moved_on"]
