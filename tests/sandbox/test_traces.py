"""What one call does to its process, the next call of the same bot does not meet: settings of modules and of the
interpreter, changed parts of the library. Two steps of a bot give the same in whatever order they run."""

import pytest

from tests.sandbox.jail import Jail

SECONDS = 5.0
HEAD = "async def main(message, variables):\n    "
CHANGES = {
    "first day of the week": ("import calendar; calendar.setfirstweekday(6)", "calendar.firstweekday()"),
    "the same by its name": ("from calendar import setfirstweekday as f; f(6)", "calendar.firstweekday()"),
    "the calendar's own": ("import calendar; calendar.c.setfirstweekday(3)", "calendar.monthcalendar(2026, 11)[0]"),
    "dialect of tables": ("csv.register_dialect('mine', delimiter=';')", "csv.list_dialects()"),
    "longest field": ("csv.field_size_limit(3)", "csv.field_size_limit()"),
    "prefix of a namespace": (
        "import xml.etree.ElementTree as e; e.register_namespace('zz', 'urn:q')",
        "xml.etree.ElementTree.tostring(xml.etree.ElementTree.Element('{urn:q}a')).decode()",
    ),
    "time zones": ("import zoneinfo; zoneinfo.reset_tzpath(['/'])", "str(ZoneInfo('Europe/Paris'))"),
    "kinds of numbers": ("import numbers; numbers.Number.register(str)", "isinstance('', numbers.Number)"),
    "precision": ("decimal.getcontext().prec = 3", "str(decimal.Decimal(1) / 3)"),
    "context": ("decimal.setcontext(decimal.BasicContext)", "str(decimal.Decimal(1) / 3)"),
    "chance": ("random.seed(5)", "random.random()"),
    "words of the language": ("import keyword; keyword.kwlist.clear()", "len(keyword.kwlist)"),
    "entities": ("html.entities.html5.clear()", "len(html.entities.html5)"),
    "copying": ("import copy; copy._deepcopy_dispatch[list] = lambda x, m: 1", "copy.deepcopy([2])"),
    "a module by another name": ("f = lambda self: exec('self.b64encode = 1'); f(base64)", "base64.b64encode(b'')"),
    "a module by update_wrapper": (
        "functools.update_wrapper(base64, json, ('loads',), ())",
        "hasattr(base64, 'loads')",
    ),
    "a module by wraps": (
        "f = lambda self: self; f.b64encode = 1; functools.wraps(f, ('b64encode',), ())(base64)",
        "callable(base64.b64encode)",
    ),
    "a module by a decorator": (
        "class A: b64encode = 1\n    functools.wraps(A, ('b64encode',), ())(base64)",
        "callable(base64.b64encode)",
    ),
    "digits": ("json.codecs.sys.set_int_max_str_digits(700)", "len(str(10 ** 1000))"),
    "depth": ("json.codecs.sys.setrecursionlimit(60)", "[*map(str, [[[]] * 3] * 3)]"),
    "decoding": ("json.codecs.register_error('mine', lambda e: ('', e.end))", "b'\\xff'.decode('ascii', 'mine')"),
    "loops": ("import asyncio; asyncio.set_event_loop_policy(1)", "asyncio.get_event_loop_policy() == 1"),
    "warnings": ("import warnings as w; w.simplefilter('error')", "[1, warnings.warn('x')]"),
}
IMPORTS = "import asyncio, calendar, copy, html.entities, keyword, numbers, warnings, xml.etree.ElementTree; "


@pytest.mark.parametrize("what", CHANGES)
def test_the_next_call_does_not_meet_it(jail: Jail, what: str) -> None:
    change, look = CHANGES[what]
    seen = f"{HEAD}{IMPORTS}return {look}"
    clean = jail.run(seen, owner="another bot")
    for _ in range(2):
        jail.run(f"{HEAD}{change}", owner="bot")
        assert jail.run(seen, owner="bot") == clean


def test_ordinary_code_keeps_its_process(jail: Jail) -> None:
    """Ending a process with each call would be safe, and slow."""
    ordinary = [
        "x = {}; x['a'] = [1]; x['a'].append(2); x.update(b=3); return x",
        "P = namedtuple('P', 'a b'); return P(1, 2)._replace(a=3)._asdict()",
        "return base64.b64encode(b'a').decode() + html.escape('<') + string.ascii_letters[:3]",
        "import calendar, csv; return [calendar.monthrange(2026, 2), list(csv.reader(['a;b'], delimiter=';'))]",
        "return [variables.get('user.name'), str(uuid4()), re.sub('a', 'b', 'a'), str(datetime.now().date())]",
    ]
    process = f"{HEAD}return uuid.os.getpid()"
    before = jail.run(process, owner="quick")["result"]
    for each in ordinary:
        assert jail.run(f"{HEAD}{each}", owner="quick")["ok"]
        assert jail.run(process, owner="quick")["result"] == before, each
