"""Icons: public and cached, listed in order, changed by administrators only, cleaned on the way in."""

from sqlalchemy import update

from dbcv.domains.accounts.tables import UserRow
from tests.domains.conftest import Api, Person

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/><script>HARM</script></svg>"


async def _make_admin(api: Api, person: Person) -> None:
    async with api.edge.app.state.db.transaction() as session:
        await session.execute(update(UserRow).where(UserRow.email == person.email).values(role="ADMIN"))


async def test_a_shipped_icon_is_public_and_cached(api: Api) -> None:
    answer = await api.nobody.get("http://dbcv.test/icons/switch")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=3600"
    same = await api.nobody.get("http://dbcv.test/icons/switch", headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    for name in ("none", "..%2f..%2fetc", "A", "a.svg", "-a", "x" * 200):
        assert (await api.nobody.get(f"http://dbcv.test/icons/{name}")).status_code in {404, 422}


async def test_an_administrator_replaces_and_gives_back(api: Api) -> None:
    admin, other = await api.person("root"), await api.person("other")
    await _make_admin(api, admin)
    admin.client = api.client(await _token(api, admin.email))
    shipped = (await api.nobody.get("http://dbcv.test/icons/code")).content
    for client, status in ((api.nobody, 401), (other.client, 403)):
        assert (await client.put("/icons/code", content=SVG)).status_code == status
        assert (await client.delete("/icons/code")).status_code == status
    made = await admin.client.put("/icons/code", content=SVG)
    assert (made.status_code, made.json()["is_shipped"], made.json()["url"]) == (200, False, "/icons/code")
    now = (await api.nobody.get("http://dbcv.test/icons/code")).content
    assert now != shipped and b"HARM" not in now and b"<path" in now
    assert (await admin.client.put("/icons/code", content=b"no drawing")).status_code == 422
    assert (await admin.client.put("/icons/code", content=b"x" * 100_000)).status_code == 422
    assert (await admin.client.delete("/icons/code")).status_code == 204
    assert (await api.nobody.get("http://dbcv.test/icons/code")).content == shipped
    assert (await admin.client.delete("/icons/code")).status_code == 404


async def test_all_icons_in_pages(api: Api) -> None:
    admin = await api.person("root")
    await _make_admin(api, admin)
    admin.client = api.client(await _token(api, admin.email))
    for name in ("aaa", "telegram", "zzz", "switch"):
        assert (await admin.client.put(f"/icons/{name}", content=SVG)).status_code == 200
    names, cursor = [], ""
    while cursor is not None:
        page = (await admin.client.get("/icons", params={"limit": 3, "cursor": cursor})).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert names == sorted(set(names)) and {"aaa", "telegram", "zzz", "switch", "code", "delay"} <= set(names)
    assert (await api.nobody.get("/icons")).status_code == 401


async def _token(api: Api, email: str) -> str:
    form = {"username": email, "password": "correct horse battery"}
    answer = await api.nobody.post("/login/access-token", data=form)
    return str(answer.json()["access_token"])
