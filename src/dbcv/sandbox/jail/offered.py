"""What a code step may use: the modules it may import and the names it has without import. Read by the zygote before
the walls close (nothing can be loaded afterwards) and by the check of names."""

import builtins
import importlib
import sys
from types import ModuleType
from typing import Any

MODULES = (
    "abc", "array", "asyncio", "base64", "binascii", "bisect", "calendar", "cmath", "collections", "collections.abc",
    "colorsys", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions",
    "functools", "graphlib", "hashlib", "heapq", "hmac", "html", "html.entities", "html.parser", "io", "ipaddress",
    "itertools", "json", "json.decoder", "keyword", "locale", "math", "numbers", "operator", "pprint", "random", "re",
    "secrets", "statistics", "string", "struct", "textwrap", "time", "traceback", "types", "typing", "unicodedata",
    "urllib", "urllib.parse", "uuid", "warnings", "weakref", "xml", "xml.etree", "xml.etree.ElementTree", "zlib",
    "zoneinfo", "__future__",
)  # fmt: skip
"""All that `import` finds."""
_NEEDED_LATER = (
    "_strptime", "encodings.ascii", "encodings.base64_codec", "encodings.charmap", "encodings.cp1250",
    "encodings.cp1251", "encodings.cp1252", "encodings.cp437", "encodings.cp866", "encodings.hex_codec",
    "encodings.idna", "encodings.iso8859_1", "encodings.iso8859_15", "encodings.iso8859_2", "encodings.iso8859_5",
    "encodings.koi8_r", "encodings.koi8_u", "encodings.latin_1", "encodings.mac_cyrillic", "encodings.punycode",
    "encodings.raw_unicode_escape", "encodings.rot_13", "encodings.unicode_escape", "encodings.utf_16",
    "encodings.utf_16_be", "encodings.utf_16_le", "encodings.utf_32", "encodings.utf_8_sig", "encodings.quopri_codec",
    "ast", "stringprep", "zoneinfo._common", "_pydecimal", "numbers", "symtable", "linecache", "importlib.resources",
)  # fmt: skip
"""What the modules above load when it is first used."""

_FETCHED_BY_C = ("_strptime", "copyreg", "xml.etree.ElementPath", "zoneinfo._common", "zoneinfo._tzpath")
"""What parts of Python written in C import in the name of the code that calls them."""

_FROM = {
    "random": "randint randrange getrandbits choice choices uniform shuffle sample betavariate expovariate gammavariate"
    " gauss lognormvariate normalvariate paretovariate triangular vonmisesvariate weibullvariate",
    "datetime": "date datetime timedelta timezone",
    "math": "ceil floor trunc sqrt log log10 log2 exp sin cos tan asin acos atan radians degrees fabs fmod isclose"
    " isfinite isinf isnan pi e",
    "itertools": "product permutations combinations combinations_with_replacement accumulate groupby chain count cycle"
    " repeat islice pairwise takewhile dropwhile starmap zip_longest tee",
    "statistics": "mean median stdev variance mode fmean harmonic_mean geometric_mean median_grouped median_high"
    " median_low multimode pstdev pvariance quantiles",
    "uuid": "UUID uuid4",
    "json": "loads dumps",
    "re": "fullmatch match search findall sub split finditer",
    "collections": "Counter OrderedDict defaultdict deque namedtuple",
    "functools": "lru_cache partial reduce",
    "decimal": "Decimal",
    "zoneinfo": "ZoneInfo",
    "io": "StringIO",
    "typing": "Any Optional",
}
_WHOLE = (
    "base64 collections copy csv dataclasses decimal enum functools hashlib hmac html io itertools json math random re"
    " statistics string textwrap time typing urllib uuid zoneinfo"
)
_TAKEN_AWAY = frozenset({"open", "input", "breakpoint", "exit", "quit", "help", "copyright", "credits", "license"})
_Names = dict[str, Any]


def load() -> None:
    """Import everything. `ssl` stays out: it is large and there is nothing to connect to."""
    sys.modules["ssl"] = None  # type: ignore[assignment]
    for name in (*MODULES, *_NEEDED_LATER):
        importlib.import_module(name)
    del sys.modules["ssl"]
    _warm_up()


def _warm_up() -> None:
    """What some modules load or open at their first use."""
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        importlib.import_module("hashlib").new(name, b"").hexdigest()
    importlib.import_module("hmac").new(b"key", b"", "sha256").hexdigest()
    importlib.import_module("hashlib").pbkdf2_hmac("sha256", b"", b"salt", 1)
    importlib.import_module("time").strptime("2026", "%Y")
    "пример.рф".encode("idna").decode("idna")


def names() -> _Names:
    """Builtins and all names that are there without import."""
    found: _Names = {name: value for name, value in vars(builtins).items() if name not in _TAKEN_AWAY}
    for name in _WHOLE.split():
        found[name] = sys.modules[name]
    for module, listed in _FROM.items():
        found |= {name: getattr(sys.modules[module], name) for name in listed.split()}
    found["pow"] = _pow
    found["open"] = _refusing("files cannot be opened in a code step")
    found["input"] = _refusing("a code step cannot ask; what the person wrote is message['text']")
    found["__import__"] = _importer(found["__import__"])
    return found


def _pow(base: Any, exponent: Any, modulus: Any = None) -> Any:
    """math.pow, as DBCV always offered it; with three arguments, Python's own."""
    return sys.modules["math"].pow(base, exponent) if modulus is None else pow(base, exponent, modulus)


def _refusing(why: str) -> Any:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(why)

    return refuse


def unknown_module(name: str) -> str:
    """What is said about an import of something that is not there."""
    return f"there is no module {name!r} in a code step"


def _importer(import_really: Any) -> Any:
    allowed = frozenset((*MODULES, *_FETCHED_BY_C))

    def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> ModuleType:
        if level or name not in allowed:
            raise ImportError(unknown_module(name))
        module: ModuleType = import_really(name, globals, locals, fromlist, 0)
        return module

    return import_
