"""The palette: what a service can do is found there, and stands on the canvas as a step of its name."""

from playwright.async_api import expect

from tests.e2e.conftest import Visitors, log_in
from tests.product import Product


async def test_a_service_is_found_in_the_palette(visitors: Visitors, product: Product) -> None:
    admin = log_in(product)
    bot_id = admin.post("/bots", json={"name": "Of services"}).json()["id"]
    page = (await visitors("/login")).page
    await page.get_by_label("E-mail").fill(product.email)
    await page.get_by_label("Password", exact=True).fill(product.password)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/login" not in url)
    await page.goto(f"{product.url}/bots/{bot_id}")

    pieces = page.get_by_role("navigation", name="Pieces")
    await expect(page.get_by_role("button", name="Add the first step")).to_be_visible()
    await expect(page.get_by_role("button", name="problem")).to_have_count(0)  # An empty bot is no mistake.
    await pieces.get_by_text("Slack", exact=True).click()
    await expect(pieces.get_by_role("button", name="Send a message", exact=True)).to_be_visible()
    await pieces.get_by_role("searchbox").fill("telegram")
    await pieces.get_by_role("button", name="Telegram: Send a message", exact=True).click()
    name = page.locator("[data-inspector]").get_by_role("textbox", name="Name of the step")
    await expect(name).to_have_value("Send a message")

    await pieces.get_by_role("searchbox").fill("")
    await pieces.get_by_role("button", name="Request", exact=True).click()
    await expect(name).to_have_value("Request")

    async def works() -> list[str]:
        groups = admin.get(f"/connection_groups?bot_id={bot_id}").json()["items"]
        return sorted(str(group["integration_id"] or group["search_type"]) for group in groups)

    await expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    assert await works() == ["response", "telegram.send_message"]
