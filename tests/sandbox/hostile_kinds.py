"""More attacks, by the part of Python that they misuse: name → (code, what the error must say; None: any outcome that
harms nobody). Beside `hostile.py`, which attacks the system, the channel and the clock."""

from tests.sandbox.hostile import main

_SYS = "sys = json.codecs.sys"
_OPEN = "('{{SECRETF}}').read()"

OBJECTS: dict[str, tuple[str, str | None]] = {
    "gi-frame": (main("g = (x for x in [1])", "return g.gi_frame.f_back.f_globals['os'].listdir('/')"), "line 3"),
    "gi-frame-inside": (
        main(
            "g = (g.gi_frame.f_back.f_back.f_builtins['open']" + _OPEN + " for _ in [1])",
            "return next(g)",
        ),
        "PermissionError",
    ),
    "cr-frame": (
        main("async def inner(): return 1", "c = inner()", "return c.cr_frame.f_builtins['open']" + _OPEN),
        "files cannot be opened",
    ),
    "ag-frame": (
        main("async def inner(): yield 1", "return inner().ag_frame.f_builtins['open']" + _OPEN),
        "files cannot be opened",
    ),
    "caller-frames": (
        main(
            "try: 1 / 0",
            "except ZeroDivisionError as error: frame = error.__traceback__.tb_frame",
            "while frame.f_back: frame = frame.f_back",
            "return str(frame.f_globals['__builtins__']) + frame.f_builtins['open']" + _OPEN,
        ),
        "PermissionError",
    ),
    "caller-locals": (
        main(
            "try: 1 / 0",
            "except ZeroDivisionError as error: frame = error.__traceback__.tb_frame",
            "seen = []",
            "while frame: seen.append(str(frame.f_locals)[:2000]); frame = frame.f_back",
            "return seen",
        ),
        None,
    ),
    "init-subclass": (
        main(
            "class A:",
            "    def __init_subclass__(cls, **k): cls.found = object.__subclasses__()",
            "class B(A): pass",
            "return [c for c in B.found if c.__name__ == 'FileLoader'][0]('x', '{{SECRETF}}').get_data('{{SECRETF}}')",
        ),
        "PermissionError",
    ),
    "file-loader": (
        main("return json.__loader__.get_data('{{SECRETF}}').decode()"),
        "PermissionError",
    ),
    "file-io": (main("import io", "return io.FileIO('{{SECRETF}}').read()"), "PermissionError"),
    "open-code": (main("import io", "return io.open_code('{{SECRETF}}').read()"), "no module"),
    "text-encoding-reader": (main("return json.codecs.open('{{SECRETF}}').read()"), "PermissionError"),
    "file-by-descriptor": (main("import io", "return io.FileIO(0).read().decode()"), "PermissionError"),
    "tokenizer": (main("import traceback", "return traceback.linecache.getlines('{{SECRETF}}')"), None),
    "metaclass-prepare": (
        main(
            "class M(type):",
            "    @classmethod",
            "    def __prepare__(cls, *a): return {'__import__': cls.mro}",
            "    def __instancecheck__(cls, x): return x.__class__.__base__.__subclasses__()",
            "class C(metaclass=M): import os",
            "return 1",
        ),
        "no module",
    ),
    "set-name": (
        main(
            "class D:",
            "    def __set_name__(self, owner, name): __import__('os').system('touch {{MARKER}}')",
            "class C: d = D()",
        ),
        "Error",
    ),
    "class-getitem": (
        main("class A:", "    def __class_getitem__(cls, x): return __import__(x)", "return str(A['subprocess'])"),
        "no module",
    ),
    "typing-evaluation": (
        main(
            "import typing",
            "class A: x: \"__import__('os').system('touch {{MARKER}}')\"",
            "return str(typing.get_type_hints(A))",
        ),
        None,
    ),
    "forward-reference": (
        main("return str(typing.ForwardRef(\"open('{{SECRETF}}').read()\")._evaluate({}, {}, frozenset()))"),
        "PermissionError",
    ),
    "dataclass-code": (
        main(
            "from dataclasses import make_dataclass",
            "return make_dataclass('A', [('x', \"__import__('os').system('touch {{MARKER}}')\")])(1).x",
        ),
        None,
    ),
    "namedtuple-code": (main("return str(namedtuple('A', \"x __import__('os')\"))"), "ValueError"),
    "enum-functional": (main("import enum", "return str(enum.Enum('A', {'mro': __import__('os')}))"), "no module"),
    "match-class": (
        main(
            "match json:",
            "    case object(codecs=object(sys=object(modules={'posix': object(system=run)}))):",
            "        return run('touch {{MARKER}}')",
            "    case _: return 'nothing'",
        ),
        None,
    ),
    "match-args": (
        main(
            "class M(type):",
            "    def __instancecheck__(cls, x): return True",
            "class P(metaclass=M): __match_args__ = ('__globals__',)",
            "match dumps:",
            "    case P(found): return str(found['__builtins__']['open']" + _OPEN + ")",
        ),
        "PermissionError",
    ),
    "format-walk": (main("return '{0.codecs.sys.modules[posix].environ}'.format(json)"), None),
    "format-walk-spec": (
        main(
            "class A:",
            "    def __format__(self, spec): return eval(spec)",
            "return f'{A():__import__(\"os\")}'",
        ),
        "no module",
    ),
    "percent-walk": (
        main(
            "class D(dict):",
            "    def __missing__(self, key): return eval(key)",
            "return '%(__import__(\"socket\"))s' % D()",
        ),
        "no module",
    ),
    "string-formatter": (
        main("return string.Formatter().vformat('{0.codecs.open.__globals__[sys].argv}', (json,), {})"),
        None,
    ),
    "template-pattern": (
        main(
            "class T(string.Template): idpattern = r'(?:a|a)*'",
            "return T('$' + 'a' * 40 + '!').substitute({})",
        ),
        None,
    ),
    "unicode-names": (main("return ｏｐｅｎ" + _OPEN), "files cannot be opened"),
    "unicode-attributes": (main("return json.𝒸odecs.𝓈ys.modules['posix'].system('touch {{MARKER}}')"), None),
    "homoglyph-import": (main("import ᵒs"), "no module"),
    "code-page": ("# -*- coding: rot13 -*-\n" + main("return 1"), None),
    "null-in-the-source": (main("return 'a\x00b'"), "null"),
    "surrogates-in-the-source": (main("return '\\ud800'"), None),
    "descriptors": (
        main("import types", "return types.FunctionType(dumps.__code__, {'__builtins__': {}})({'a': 1})"),
        "Error",
    ),
    "closure-cell": (
        main(
            "cell = open.__closure__[0]",
            "cell.cell_contents = 'other words'",
            "return open('{{SECRETF}}')",
        ),
        "PermissionError",
    ),
    "importer-cell": (
        main(
            "cells = __import__.__closure__",
            "for c in cells:",
            "    if type(c.cell_contents) is frozenset: c.cell_contents = {'subprocess', 'socket', 'ctypes'}",
            "import socket",
        ),
        None,
    ),
    "importer-real": (
        main(
            "real = [c.cell_contents for c in __import__.__closure__ if callable(c.cell_contents)][0]",
            "return real('subprocess').run(['touch', '{{MARKER}}'])",
        ),
        "PermissionError",
    ),
    "socket-module": (main(_SYS, "return str(sys.modules['_socket'].socket())"), "PermissionError"),
    "socket-loop": (
        main(
            "import asyncio",
            "r, w = await asyncio.open_connection('127.0.0.1', {{PORT}})",
            "return 1",
        ),
        "PermissionError",
    ),
    "subprocess-loop": (
        main("import asyncio", "return str(await asyncio.create_subprocess_shell('touch {{MARKER}}'))"),
        None,
    ),
    "thread-loop": (
        main("import asyncio", "return await asyncio.to_thread(print, 1)"),
        None,
    ),
    "xml-entity": (
        main(
            "from xml.etree import ElementTree",
            "return ElementTree.fromstring('<!DOCTYPE a [<!ENTITY x SYSTEM \"file://{{SECRETF}}\">]><a>&x;</a>').text",
        ),
        "Error",
    ),
    "xml-file": (
        main("from xml.etree import ElementTree", "return ElementTree.parse('{{SECRETF}}')"),
        "PermissionError",
    ),
    "zone-file": (main("from zoneinfo import ZoneInfo", "return str(ZoneInfo('../../../..{{SECRETF}}'))"), "Error"),
    "zone-path": (
        main("import zoneinfo", "zoneinfo.reset_tzpath(['/'])", "return str(ZoneInfo('{{SECRETF}}'[1:]))"),
        "No time zone",
    ),
    "pickle": (
        main(_SYS, "return sys.modules['pickle'].loads(b\"cposix\\nsystem\\n(S'touch {{MARKER}}'\\ntR.\")"),
        None,
    ),
    "copyreg": (
        main(
            "class A:",
            "    def __reduce__(self): return (eval, (\"__import__('os').system('touch {{MARKER}}')\",))",
            "return copy.copy(A())",
        ),
        None,
    ),
    "marshal": (main(_SYS, "m = sys.modules['marshal']", "return str(m.loads(b'\\xe3' + b'\\xff' * 200))"), None),
    "codecs-search": (
        main(
            "c = json.codecs", "c.register(lambda name: (_ for _ in ()).throw(SystemExit))", "return b''.decode('zz')"
        ),
        None,
    ),
    "warnings-hook": (
        main("import warnings", "warnings.showwarning = lambda *a: 1 / 0", "warnings.warn('x')", "return 1"),
        None,
    ),
    "exit": (main("raise SystemExit(0)"), "SystemExit"),
    "keyboard-interrupt": (main("raise KeyboardInterrupt"), "KeyboardInterrupt"),
    "generator-exit": (main("raise GeneratorExit"), "GeneratorExit"),
    "exception-group": (
        main("e = ValueError('x')", "for _ in range(5000): e = ExceptionGroup('g', [e])", "raise e"),
        "ExceptionGroup",
    ),
    "error-that-holds-itself": (main("e = ValueError('x')", "e.__cause__ = e", "e.args = (e,)", "raise e"), None),
    "error-with-hostile-words": (
        main(
            "class S(str):",
            "    def __getitem__(self, k): raise SystemExit",
            "    def __format__(self, k): raise SystemExit",
            "raise ValueError(S('x'))",
        ),
        "ValueError",
    ),
}
"""Ways to objects that are not the author's."""

EXCESS: dict[str, tuple[str, str | None]] = {
    "signal-handler": (
        main(_SYS, "s = sys.modules['_signal']", "s.signal(s.SIGALRM, s.SIG_IGN)", "while True: pass"),
        "PermissionError",
    ),
    "signal-blocked": (
        main(_SYS, "s = sys.modules['_signal']", "s.pthread_sigmask(s.SIG_BLOCK, range(1, 65))", "while True: pass"),
        "took longer",
    ),
    "signal-raised": (main(_SYS, "sys.modules['_signal'].raise_signal(11)"), None),
    "text-times": (main("return len('x' * 10 ** 12)"), "memory"),
    "bytes-times": (main("return len(bytes(10 ** 11))"), "memory"),
    "list-times": (main("return len([0] * 10 ** 11)"), "memory"),
    "text-padding": (main("return f'{1:>{10 ** 10}}'"), "memory"),
    "text-replace": (main("return len(('x' * 10 ** 6).replace('x', 'y' * 10 ** 6))"), "memory"),
    "int-to-text": (main("return str(10 ** 5000)"), "ValueError"),
    "shift": (main("return (1 << 10 ** 12) & 1"), "memory"),
    "factorial": (main("return math.factorial(10 ** 7) % 7"), None),
    "decimal-power": (main("decimal.getcontext().prec = 10 ** 9", "return str(decimal.Decimal(7) ** 10 ** 9)"), None),
    "statistics-for-ever": (main("return quantiles([1, 2], n=10 ** 6)"), None),
    "password-hash": (main("return hashlib.pbkdf2_hmac('sha256', b'', b'', 10 ** 9).hex()"), "took longer"),
    "script-memory": (
        main("return hashlib.scrypt(b'', salt=b'x', n=2 ** 20, r=8, p=1, maxmem=2 ** 31 - 1).hex()"),
        None,
    ),
    "regular-expression-words": (main("return re.sub(r'(\\w+\\s?)*$', '', 'a' * 40 + '!')"), "took longer"),
    "regular-expression-large": (main("return str(re.compile('(' * 90 + 'a{1,60000}' * 90 + ')' * 90))"), None),
    "parser-depth": (main("return eval('-' * 10 ** 6 + '1')"), None),
    "parser-brackets": (main("return eval('[' * 10 ** 5)"), "Error"),
    "literal-depth": (main(_SYS, "return sys.modules['ast'].literal_eval('(' * 10 ** 5)"), "Error"),
    "json-depth": (main("return loads('[' * 10 ** 6)"), "RecursionError"),
    "repr-depth": (main("x = []", "for _ in range(10 ** 5): x = [x]", "return repr(x)"), "RecursionError"),
    "hash-depth": (main("x = ()", "for _ in range(10 ** 5): x = (x,)", "return hash(x)"), None),
    "isinstance-depth": (main("x = int", "for _ in range(10 ** 5): x = (x,)", "return isinstance('', x)"), None),
    "free-depth": (main("x = None", "for _ in range(3 * 10 ** 5): x = (x,)", "del x", "return 1"), None),
    "chain-depth": (main("x = iter([])", "for _ in range(10 ** 5): x = chain(x)", "return list(x)"), None),
    "keys-that-collide": (
        main("class K:", "    def __hash__(self): return 1", "return len({K(): 1 for _ in range(10 ** 5)})"),
        "took longer",
    ),
    "key-of-many-kinds": (main("return {None: 1, 'null': 2, True: 3, 'true': 4, 1.5: 5}"), None),
    "key-too-long": (main("return {'k' * 10 ** 7: 1}"), "larger"),
    "key-that-is-a-number": (main("return {10 ** 6000: 1}"), None),
    "result-not-a-number": (main("return [float('nan'), float('inf'), -float('inf'), -0.0]"), None),
    "result-nul": (main("return {'a\\x00b': '\\x00\\ud800\\uffff'}"), None),
    "result-of-a-kind-of-text": (
        main(
            "class S(str):", "    def __str__(self): return 'lie'", "    def encode(self, *a): 1 / 0", "return S('x')"
        ),
        None,
    ),
    "result-of-a-kind-of-number": (
        main("class N(int):", "    def __repr__(self): return '}{'", "    __str__ = __repr__", "return {'n': N(1)}"),
        None,
    ),
    "result-that-grows": (
        main(
            "class L(list):",
            "    def __iter__(self):",
            "        while True: yield 1",
            "return L([1])",
        ),
        None,
    ),
    "print-to-nowhere": (main("print('x', file=json.codecs.sys.__stdout__)", "return 1"), None),
    "print-of-a-hostile-kind": (
        main("class A:", "    def __str__(self): raise SystemExit(1)", "print(A())"),
        "SystemExit",
    ),
    "print-without-end": (main("print(*range(10 ** 6))", "return 1"), None),
    "log-lines": (main("for _ in range(10 ** 5): print()", "return 1"), None),
    "log-with-escapes": (main("print('\\x1b[2J\\r\\n\\x00\\ud800 2026-01-01 forged line')", "return 1"), None),
    "many-tasks": (
        main(
            "import asyncio",
            "async def f(): await asyncio.sleep(0)",
            "return await asyncio.gather(*[f() for _ in range(10 ** 5)])",
        ),
        None,
    ),
    "task-for-ever": (
        main(
            "import asyncio",
            "async def again():",
            "    while True: await asyncio.sleep(0)",
            "asyncio.ensure_future(again())",
            "return 1",
        ),
        None,
    ),
}
"""Too much of something, too deep, too long; results and logs that are not what they seem."""
