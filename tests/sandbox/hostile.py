"""Attacks beside those of the corpus: name → (code, what the error must say; None: any outcome that harms nobody)."""


def main(*lines: str) -> str:
    return "async def main(message, variables):\n" + "".join(f"    {line}\n" for line in lines)


_OS = "os = json.codecs.sys.modules['posix']"
"""The real module of the system's calls, found through a module that is offered."""


def _system_call(expression: str) -> str:
    return main(_OS, f"return str({expression})")


HOSTILE: dict[str, tuple[str, str | None]] = {
    # The system itself: the module is found, the kernel refuses.
    "open-file": (_system_call("os.open('{{SECRETF}}', 0)"), "PermissionError"),
    "list-root": (_system_call("os.listdir('/')"), "PermissionError"),
    "stat": (_system_call("os.stat('/')"), "PermissionError"),
    "mkdir": (_system_call("os.mkdir('/x')"), "PermissionError"),
    "fork": (_system_call("os.fork()"), "PermissionError"),
    "exec": (_system_call("os.execv('/bin/sh', ['sh', '-c', 'touch {{MARKER}}'])"), "PermissionError"),
    "spawn": (_system_call("os.posix_spawn('/bin/true', ['true'], {})"), "PermissionError"),
    "kill-parent": (_system_call("os.kill(os.getppid(), 9)"), "PermissionError"),
    "kill-zygote": (_system_call("os.kill(1, 9)"), "PermissionError"),
    "kill-self": (_system_call("os.kill(os.getpid(), 9)"), "PermissionError"),
    "dup-channel": (_system_call("os.dup(3)"), "PermissionError"),
    "close-channel": (_system_call("os.close(3)"), "PermissionError"),
    "pipe": (_system_call("os.pipe()"), "PermissionError"),
    "setuid": (_system_call("os.setuid(0)"), "PermissionError"),
    "chroot": (_system_call("os.chroot('/')"), "PermissionError"),
    "nice": (_system_call("os.nice(-20)"), "PermissionError"),
    "memfd": (_system_call("os.memfd_create('x')"), "PermissionError"),
    "eventfd": (_system_call("os.eventfd(0)"), "PermissionError"),
    "pidfd": (_system_call("os.pidfd_open(1)"), "PermissionError"),
    "affinity": (_system_call("os.sched_setaffinity(0, {0})"), "PermissionError"),
    "setsid": (_system_call("os.setsid()"), "PermissionError"),
    "unlink": (_system_call("os.unlink('{{SECRETF}}')"), "PermissionError"),
    "read-stdin": (_system_call("os.read(0, 1)"), "PermissionError"),
    "write-stdout": (_system_call("os.write(1, b'x')"), "PermissionError"),
    "sendfile": (_system_call("os.sendfile(3, 3, 0, 10)"), "PermissionError"),
    "environ": (_system_call("os.environ"), None),
    "exit-quietly": (_system_call("os._exit(0)"), "ended its process"),
    "abort": (_system_call("os.abort()"), "ended its process"),
    # The channel: forged, torn, endless and early answers.
    "forged-answer": (
        main(
            _OS,
            'body = b\'0\' * 16 + b\'+\' + b\'{"ok":true,"result":"forged","error":null,"log":""}\'',
            "os.write(3, len(body).to_bytes(4, 'big') + body)",
            "return 1",
        ),
        "what nobody asked",
    ),
    "answer-too-long": (main(_OS, "os.write(3, b'\\xff' * 64)", "return 1"), "what nobody asked"),
    "answer-too-short": (main(_OS, "os.write(3, b'\\x00' * 64)", "return 1"), "what nobody asked"),
    "half-an-answer": (main(_OS, "os.write(3, b'\\x00\\x00\\x01')", "while True: pass"), None),
    "flood": (main(_OS, "while True: os.write(3, b'x' * 65536)"), "what nobody asked"),
    "steal-the-next-question": (main(_OS, "return str(os.read(3, 10))"), "took longer"),
    "nonce-by-frames": (
        main(
            _OS,
            "frame = (lambda: 0).__class__.__call__ and (x for x in [1]).gi_frame",
            "try:\n        1 / 0\n    except ZeroDivisionError as error:\n        frame = error.__traceback__.tb_frame",
            "while frame and 'nonce' not in frame.f_locals: frame = frame.f_back",
            "nonce = frame.f_locals['nonce']",
            "body = nonce + b'+' + b'[' * 100000",
            "os.write(3, len(body).to_bytes(4, 'big') + body)",
            "while True: pass",
        ),
        "no data",
    ),
    "nonce-and-a-lie": (
        main(
            _OS,
            "try:\n        1 / 0\n    except ZeroDivisionError as error:\n        frame = error.__traceback__.tb_frame",
            "while frame and 'nonce' not in frame.f_locals: frame = frame.f_back",
            'body = frame.f_locals[\'nonce\'] + b\'+\' + b\'{"ok":1,"result":{},"error":null,"log":[],"extra":0}\'',
            "os.write(3, len(body).to_bytes(4, 'big') + body)",
            "while True: pass",
        ),
        "no data",
    ),
    # Time.
    "swallow-the-alarm": (
        main("while True:", "    try:", "        while True: pass", "    except BaseException: pass"),
        "took longer",
    ),
    "disarm-the-alarm": (
        main(
            "signal = json.codecs.sys.modules['_signal']",
            "signal.setitimer(signal.ITIMER_REAL, 0)",
            "while True: pass",
        ),
        "took longer",
    ),
    "sleep": (main("time.sleep(3600)"), "took longer"),
    "sleep-async": (main("import asyncio", "await asyncio.sleep(3600)"), "took longer"),
    "sort-for-ever": (
        main("class A:\n        def __lt__(self, o):\n            while True: pass", "sorted([A(), A()])"),
        "took longer",
    ),
    "power": (main("return len(str(9 ** 9 ** 9))"), None),
    "regular-expression": (main("return re.match(r'(a+)+$', 'a' * 50 + 'b')"), "took longer"),
    "hash-for-ever": (
        main("class A:\n        def __hash__(self):\n            while True: pass", "return {A(): 1}"),
        "took longer",
    ),
    "result-for-ever": (
        main("class D(dict):\n        def items(self):\n            while True: yield 'a', 1", "return D(a=1)"),
        None,
    ),
    "error-kind-for-ever": (
        main(
            "class M(type):\n        @property\n        def __name__(cls):\n            while True: pass",
            "class E(Exception, metaclass=M): pass",
            "raise E",
        ),
        "took longer",
    ),
    "del-for-ever": (
        main("class A:\n        def __del__(self):\n            while True: pass", "A()", "return 1"),
        None,
    ),
    "compile-for-ever": (
        main("return eval('(' * 50 + '1' + ')' * 50) + len('+'.join(['1'] * 10))", "# " + "x" * 90_000),
        None,
    ),
    "module-loop": ("while True: pass", "took longer"),
    # Memory.
    "eat-memory": (main("a = []", "while True: a.append(bytearray(1_000_000))"), "128 MB"),
    "eat-memory-quietly": (
        main(
            "a = []",
            "while True:",
            "    try:",
            "        a.append(bytearray(50_000_000))",
            "    except MemoryError: pass",
        ),
        None,
    ),
    "huge-range": (main("return list(range(10 ** 10))"), None),
    "huge-int": (main("return 10 ** 100_000_000 % 7"), None),
    "decompression-bomb": (
        main("import zlib", "d = zlib.compress(b'0' * 50_000_000)", "return len(zlib.decompress(d) * 100)"),
        None,
    ),
    "xml-bomb": (
        main(
            "from xml.etree import ElementTree",
            "e = '<!ENTITY e0 \"xxxxxxxxxx\">'",
            "for n in range(1, 10): e += f'<!ENTITY e{n} \"' + f'&e{n - 1};' * 10 + '\">'",
            "return len(ElementTree.fromstring(f'<!DOCTYPE a [{e}]><a>&e8;</a>').text)",
        ),
        None,
    ),
    "deep-recursion": (main("def f(): return f()", "return f()"), "RecursionError"),
    "deep-c-recursion": (
        main(
            "json.codecs.sys.setrecursionlimit(10 ** 9)",
            "x = []",
            "for _ in range(10 ** 6): x = [x]",
            "return x == x[0]",
        ),
        None,
    ),
    "deep-result": (main("x = 1", "for _ in range(100_000): x = [x]", "return x"), None),
    "result-in-itself": (main("x = []", "x.append(x)", "return x"), "holds itself"),
    "wide-result": (main("x = ['a' * 1000] * 1000", "return [x] * 100"), None),
    "big-int-result": (main("return 10 ** 10_000"), None),
    "log-flood": (main("for _ in range(10 ** 5): print('x' * 1000)", "return 1"), None),
    "error-flood": (main("raise ValueError('x' * 10 ** 7)"), "ValueError"),
    # The interpreter.
    "ctypes": (main("import ctypes"), "no module"),
    "ctypes-through-modules": (main("return str(json.codecs.sys.modules['ctypes'].CDLL(None))"), None),
    "code-object-crash": (
        main("def f(): pass", "f.__code__ = f.__code__.replace(co_code=b'\\xff' * 100)", "return f()"),
        None,
    ),
    "made-up-code": (
        main(
            "made = (lambda: 0).__code__.replace(co_code=b'd\\x63' * 50, co_consts=(), co_stacksize=1)",
            "return type(lambda: 0)(made, {})()",
        ),
        None,
    ),
    "threads": (
        main("t = json.codecs.sys.modules['_thread']", "t.start_new_thread(print, ())", "return 1"),
        "start new thread",
    ),
    "gc-objects": (
        main(
            "g = json.codecs.sys.modules['gc']",
            "return len([o for o in g.get_objects() if 'token-a55a5e0f' in str(o)[:500]])",
        ),
        None,
    ),
    "import-service": (main("import dbcv.kit.settings"), "no module"),
    "import-hook": (main("s = json.codecs.sys", "s.meta_path.clear()", "s.modules.clear()", "return 1"), None),
    "load-extension": (
        main("i = json.codecs.sys.modules['_imp']", "return str(i.create_dynamic(json.__spec__))"),
        None,
    ),
    # State for the next call.
    "patch-json": (main("json.loads = lambda text: 'poisoned'", "return 1"), None),
    "patch-json-by-self": (
        "def poison(self):\n    self.loads = lambda text: 'poisoned'\n" + main("poison(json)", "return 1"),
        None,
    ),
    "patch-builtins": (main("json.codecs.builtins.len = lambda x: 9", "return 1"), None),
    "patch-modules": (main("json.codecs.sys.modules['json'] = None", "return 1"), None),
    "patch-type": (
        main("g = json.codecs.sys.modules['gc']", "g.get_referents(str.__dict__)[0]['upper'] = len", "return 1"),
        None,
    ),
    "recursion-limit": (main("json.codecs.sys.setrecursionlimit(50)", "return 1"), None),
    "trace-hook": (main("json.codecs.sys.settrace(lambda *a: 1 / 0)", "return 1"), None),
    "log-hook": (main("json.codecs.sys.stdout.write = None", "return 1"), None),
}
