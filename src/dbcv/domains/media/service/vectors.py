"""SVG made harmless: read by a parser that refuses entities, written anew from lists of what an icon may hold.

Whatever is on no list (scripts, styles, event handlers, foreign content, links, animations) is not carried over; a
reference may only point into the same drawing.
"""

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from dbcv.domains.media import errors

MAX_BYTES = 65_536
MAX_ELEMENTS = 2_000
MAX_DEPTH = 32
SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "http://www.w3.org/1999/xlink href"

_ELEMENTS = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline"}
    | {"polygon", "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"}
)
_WITH_TEXT = frozenset({"title", "desc", "text", "tspan"})
_SHAPE = (
    {"id", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"}
    | {"fr", "d", "points", "dx", "dy", "rotate", "textLength", "pathLength", "transform", "gradientTransform"}
    | {"gradientUnits", "patternTransform", "patternUnits", "patternContentUnits", "spreadMethod", "offset"}
    | {"clipPathUnits", "maskUnits", "maskContentUnits", "preserveAspectRatio"}
)
_LOOK = (
    {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "opacity"}
    | {"stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "stroke-opacity", "stop-color", "stop-opacity"}
    | {"clip-path", "clip-rule", "mask", "color", "display", "visibility", "vector-effect", "paint-order"}
    | {"font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "letter-spacing"}
    | {"role", "aria-label", "aria-hidden"}
)
_ATTRIBUTES = frozenset(_SHAPE | _LOOK)
_OWN_URL = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)(?:\s+(?:none|currentColor|#[0-9A-Fa-f]{3,8}|\w+))?")
_COLOUR = re.compile(r"(?:rgb|hsl)a?\([\d\s.,%/]+\)")
_OWN_HREF = re.compile(r"#[\w.-]+")


def clean_svg(source: bytes) -> bytes:
    """A drawing with nothing in it that could run, call out or hide. Raises Invalid for what is no SVG."""
    if len(source) > MAX_BYTES:
        raise errors.bad_icon(f"An icon has at most {MAX_BYTES} bytes", "Simplify the drawing")
    cleaner = _Cleaner()
    try:
        cleaner.read(source)
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset}"
        raise errors.bad_icon(f"This is no well-formed XML ({place})", "Export the icon as SVG again") from error
    return cleaner.text()


class _Cleaner:
    """Copies what is on the lists; what is inside an element that is on none goes with it."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str | None] = []
        self._count = 0

    def read(self, source: bytes) -> None:
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(source, True)

    def text(self) -> bytes:
        """The drawing. Raises Invalid if there is none."""
        return "".join(self._out).encode()

    def _doctype(self, *_: object) -> None:
        raise errors.bad_icon("It has a DOCTYPE", "Remove the <!DOCTYPE …> line: entities are not read here")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            words = f"An icon has at most {MAX_ELEMENTS} elements, {MAX_DEPTH} levels deep"
            raise errors.bad_icon(words, "Simplify the drawing")
        space, _, local = name.rpartition(" ")
        if not self._open and (space, local) != (SVG, "svg"):
            raise errors.bad_icon("This is no SVG", f'Its first element must be <svg xmlns="{SVG}">')
        is_inside = not self._open or self._open[-1] is not None
        kept = local if is_inside and space == SVG and local in _ELEMENTS else None
        self._open.append(kept)
        if kept is not None:
            self._out.append(f"<{kept}{self._namespace()}{_attributes(kept, attributes)}>")

    def _namespace(self) -> str:
        return f' xmlns="{SVG}"' if len(self._open) == 1 else ""

    def _end(self, _name: str) -> None:
        kept = self._open.pop()
        if kept is not None:
            self._out.append(f"</{kept}>")

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] in _WITH_TEXT:
            self._out.append(escape(text))


def _attributes(element: str, given: dict[str, str]) -> str:
    kept = [(name, value) for name, value in given.items() if name in _ATTRIBUTES and _is_own(name, value)]
    href = given.get("href", given.get(_XLINK_HREF, ""))
    if element in {"use", "linearGradient", "radialGradient", "pattern"} and _OWN_HREF.fullmatch(href):
        kept.append(("href", href))
    return "".join(f" {name}={quoteattr(value)}" for name, value in kept)


def _is_own(name: str, value: str) -> bool:
    """Whether a value calls nothing from outside the drawing: the only functions are colours and url(#own)."""
    if name in _SHAPE:
        return True
    plain = value.strip()
    if "\\" in plain:
        return False
    return "(" not in plain or _OWN_URL.fullmatch(plain) is not None or _COLOUR.fullmatch(plain) is not None
