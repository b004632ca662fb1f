"""The operator's panel in a real browser: log-in, tables, a hostile name that stays one, a question before an act."""

import os

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, Visitors
from tests.product import EMAIL, PASSWORD, Product

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def make_bot(product: Product) -> str:
    """A bot whose name would run if it were not escaped, and the account it belongs to."""
    with httpx2.Client(base_url=f"{product.url}/api/v1") as client:
        email = f"anna{os.urandom(4).hex()}@example.com"
        wish = {"email": email, "username": HOSTILE, "password": "correct horse battery"}
        token = client.post("/login/register", json=wish).json()["access_token"]
        answer = client.post("/bots", json={"name": HOSTILE}, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 201, answer.text
    return email


async def log_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/admin/")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("link", name="Accounts").first).to_be_attached()


async def shoot(page: Page, name: str) -> None:
    """A picture for people, where DBCV_SHOTS names a folder."""
    if folder := os.environ.get("DBCV_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
async def test_an_operator_looks_and_acts(visitors: Visitors, product: Product, scheme: str, device: str) -> None:
    email = make_bot(product)
    visitor = await visitors("/admin/login", color_scheme=scheme, **(PHONE if device == "phone" else DESKTOP))
    page, alerts = visitor.page, []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    await log_in(page, product.url)
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    await shoot(page, f"admin-overview-{device}-{scheme}")
    await page.goto(f"{product.url}/admin/bot/list")
    await expect(page.get_by_text(HOSTILE).first).to_be_visible()
    await shoot(page, f"admin-bots-{device}-{scheme}")
    await page.goto(f"{product.url}/admin/user/list?q={email}")
    await page.locator("tbody tr").get_by_role("link").first.click()
    await expect(page.get_by_text(email).first).to_be_visible()
    await (
        page.get_by_role("link", name="Close", exact=True)
        .or_(page.get_by_role("button", name="Close", exact=True))
        .first.click()
    )
    await expect(page.get_by_text("Close this account?")).to_be_visible()
    await shoot(page, f"admin-question-{device}-{scheme}")
    async with page.expect_response("**/row-action*") as done, page.expect_navigation():
        await page.locator('[data-sa-action="action-submit"]').click()
    assert (await done.value).status == 200
    await page.goto(f"{product.url}/admin/audit-event/list")
    await expect(page.get_by_text("account.closed").first).to_be_visible()
    assert alerts == []
