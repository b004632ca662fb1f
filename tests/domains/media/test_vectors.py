"""Icons are written anew from lists: nothing that could run, call out or hide is carried over."""

import pytest

from dbcv.domains.media.service.icons import shipped
from dbcv.domains.media.service.vectors import MAX_BYTES, clean_svg
from dbcv.kit.errors import Invalid

NS = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"


def clean(inside: str, attributes: str = "") -> str:
    return clean_svg(f"<svg {NS} {attributes}>{inside}</svg>".encode()).decode()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>HARM</script>",
        "<SCRIPT>HARM</SCRIPT>",
        "<g><script xlink:href='http://HARM/x.js'/></g>",
        "<path d='M0 0' onload='HARM()'/>",
        "<style>@import url(http://HARM)</style>",
        "<path style='fill:url(http://HARM)'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='HARM'/></foreignObject>",
        "<html:script xmlns:html='http://www.w3.org/1999/xhtml'>HARM</html:script>",
        "<image href='http://HARM/x.png'/>",
        "<image xlink:href='data:image/svg+xml;base64,HARM'/>",
        "<use href='http://HARM/a.svg#b'/>",
        "<use xlink:href='data:HARM'/>",
        "<a href='javascript:HARM'><path d='M0 0'/></a>",
        "<animate attributeName='href' values='javascript:HARM'/>",
        "<set attributeName='onmouseover' to='HARM'/>",
        "<rect fill='url(http://HARM#x)'/>",
        "<rect fill='u\\72l(http://HARM)'/>",
        "<rect mask='image-set(\"http://HARM\" 1x)'/>",
        "<rect fill='url(#a) url(http://HARM)'/>",
        "<text>ok</text><!-- HARM --><?php HARM ?>",
        "<g><![CDATA[HARM]]></g>",
        "<iframe src='http://HARM'/>",
        "<linearGradient href='//HARM'/>",
        "<metadata>HARM</metadata>",
    ],
)
def test_what_could_harm_is_gone(hostile: str) -> None:
    assert "HARM" not in clean(hostile)


def test_what_an_icon_is_made_of_stays() -> None:
    inside = (
        "<defs><linearGradient id='g'><stop offset='0' stop-color='rgb(1, 2, 3)'/></linearGradient></defs>"
        "<g transform='translate(1 2)'><path d='M0 0' fill='url(#g)' stroke='currentColor'/></g>"
        "<use xlink:href='#g'/><text>a &amp; &lt;b&gt;</text>"
    )
    cleaned = clean(inside, "viewBox='0 0 24 24'")
    for kept in ('viewBox="0 0 24 24"', 'fill="url(#g)"', 'href="#g"', 'stop-color="rgb(1, 2, 3)"', "translate(1 2)"):
        assert kept in cleaned
    assert "<text>a &amp; &lt;b&gt;</text>" in cleaned
    assert clean_svg(cleaned.encode()).decode() == cleaned


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"no xml",
        b"<svg/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg {NS}><text>&x;</text></svg>".encode(),
        f"<!DOCTYPE svg><svg {NS}/>".encode(),
        f"<svg {NS}>{'<g>' * 100}{'</g>' * 100}</svg>".encode(),
        f"<svg {NS}>{'<g/>' * 3000}</svg>".encode(),
        f"<svg {NS}><desc>{'x' * MAX_BYTES}</desc></svg>".encode(),
        b"<svg xmlns='http://www.w3.org/2000/svg'",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_bearable_drawing_is_refused_with_words(source: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        clean_svg(source)
    assert refused.value.errors[0].hint


def test_shipped_icons_pass_their_own_cleaning_unharmed() -> None:
    assert {"code", "delay", "if_else", "integration", "message", "switch"} <= set(shipped())
    assert all(b"<path" in body or b"<circle" in body for body in shipped().values())
