"""One call of `main(message, variables)`: compile, run, and say what came of it. Runs inside a jailed child.

Each call has fresh globals and builtins. What of a process could outlast a call anyway is looked for afterwards:
`leaves_traces` says that this child should not be used again.
"""

import ast
import contextvars
import inspect
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from operator import attrgetter, itemgetter
from types import CodeType, CoroutineType, FrameType, FunctionType, ModuleType
from typing import Any

from dbcv.sandbox.jail import moment
from dbcv.sandbox.jail.answers import NotDataError, as_json
from dbcv.sandbox.jail.log import Log
from dbcv.sandbox.jail.offered import MODULES
from dbcv.sandbox.jail.telling import could_outlast, used_modules
from dbcv.sandbox.jail.variables import Variables
from dbcv.sandbox.jail.waiting import run_in_loop

FILE = "<code step>"
MODULE = "code_step"
_YIELDS = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
MAX_ERROR_CHARS = 1_000
_MAX_COMPILED = 16
_process_time = time.process_time
_MAX_FRAMES = 2_000
_BUILT_IN_WORDS = (
    BaseException.__str__, KeyError.__str__, OSError.__str__, ImportError.__str__, UnicodeDecodeError.__str__,
    UnicodeEncodeError.__str__, SyntaxError.__str__, json.JSONDecodeError.__str__,
)  # fmt: skip
_PLAIN = (str, bytes, int, float, bool, type(None))

_MOST_USED = (
    "collections", "datetime", "decimal", "functools", "itertools", "json",
    "math", "random", "re", "statistics", "time", "uuid",
)  # fmt: skip
_OFFERED = frozenset(name.partition(".")[0] for name in MODULES)
_WATCHED_IF_USED = frozenset(MODULES) - frozenset(_MOST_USED)
_Part = tuple[ModuleType, Callable[[Any], Any], Any]


class TimeIsUp(BaseException):
    """Raised inside the author's code when its time is over."""


class MainError(Exception):
    """`main` is missing or not what it has to be."""


class Compiled:
    """Code ready to run, and what was seen in its syntax tree."""

    __slots__ = ("code", "could_outlast", "needs_loop", "watched")

    def __init__(self, source: str) -> None:
        tree = ast.parse(source, FILE)
        self.code: CodeType = compile(tree, FILE, "exec", dont_inherit=True)
        self.needs_loop = "asyncio" in source
        self.could_outlast = could_outlast(tree, _OFFERED)
        self.watched = [_part(sys.modules[name]) for name in sorted(used_modules(tree, _WATCHED_IF_USED))]


class _Alarm:
    """Ends the author's code after `seconds`; a machine too busy to have given it half of them gives as many again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begin_cpu, self._is_last = 0.0, False
        signal.signal(signal.SIGALRM, self._ring)

    def set(self) -> None:
        self._begin_cpu, self._is_last = _process_time(), False
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _signal: int, _frame: FrameType | None) -> None:
        if self._is_last or _process_time() - self._begin_cpu >= self._seconds / 2:
            raise TimeIsUp
        self._is_last = True
        signal.setitimer(signal.ITIMER_REAL, self._seconds)


class Caller:
    """Runs calls in this process, one after the other."""

    def __init__(self, names: dict[str, Any], limits: dict[str, Any]) -> None:
        self._names = names
        self._seconds = float(limits["seconds"])
        self._max_output = int(limits["output_bytes"])
        self._max_log = int(limits["log_chars"])
        self._memory_mb = int(limits["memory_bytes"]) >> 20
        self._compiled: dict[str, Compiled] = {}
        self._pristine = [_part(sys.modules[name]) for name in _MOST_USED]
        self._watched: list[_Part] = []
        self._look_up = itemgetter(*_MOST_USED)
        self._standard = self._look_up(sys.modules)
        self.leaves_traces = False
        self._alarm = _Alarm(self._seconds)

    def run(self, asked: dict[str, Any]) -> bytes:
        """The reply: {"ok", "result", "error", "log"} as JSON."""
        log = Log(self._max_log)
        self.leaves_traces, self._watched = False, []
        try:
            self._alarm.set()
            try:
                text = contextvars.Context().run(self._value, asked, log)
            finally:
                self._alarm.stop()
        except BaseException as error:  # noqa: BLE001 - whatever the author's code raises is data
            return _reply("false", "null", as_json(self._explained(error)), log)
        if len(text) > self._max_output:
            return _reply("false", "null", as_json(self._too_large()), log)
        return _reply("true", text, "null", log)

    def is_intact(self) -> bool:
        """Whether this process may serve another call: nothing that others share was seen to be changed."""
        if self.leaves_traces:
            return False
        try:
            is_same = self._look_up(sys.modules) == self._standard
            return is_same and all(look(module) == before for module, look, before in (*self._pristine, *self._watched))
        except (LookupError, AttributeError):
            return False

    def _value(self, asked: dict[str, Any], log: Log) -> str:
        sys.stdout = sys.stderr = log
        moment.begin(asked["now"], asked["seed"])
        compiled = self._compile(asked["code"])
        self.leaves_traces, self._watched = compiled.could_outlast, compiled.watched
        module = ModuleType(MODULE)
        sys.modules[MODULE] = module
        try:
            scope = vars(module)
            scope["__builtins__"] = dict(self._names)
            exec(compiled.code, scope)  # noqa: S102 - this is what the jail is for
            main = _main(scope.get("main"))
            result = main(asked["message"], Variables(asked["variables"]))
            if type(result) is CoroutineType or inspect.isawaitable(result):
                result = run_in_loop(result) if compiled.needs_loop else _finished(result)
            return as_json(result)
        finally:
            sys.modules.pop(MODULE, None)

    def _compile(self, source: str) -> Compiled:
        known = self._compiled.get(source)
        if known is None:
            known = Compiled(source)
            if len(self._compiled) >= _MAX_COMPILED:
                self._compiled.clear()
            self._compiled[source] = known
        return known

    def _explained(self, error: BaseException) -> str:
        """One line: where in the author's code, what kind, which words."""
        self.leaves_traces = self.leaves_traces or isinstance(error, TimeIsUp | MemoryError)
        if isinstance(error, SyntaxError) and error.filename == FILE:
            return f"line {error.lineno or 1}: {error.msg}"[:MAX_ERROR_CHARS]
        line = _line_of(error)
        place = f"line {line}: " if line else ""
        return (place + self._words(error))[:MAX_ERROR_CHARS]

    def _words(self, error: BaseException) -> str:
        if isinstance(error, TimeIsUp):
            return f"it took longer than {self._seconds:g} s"
        if isinstance(error, MemoryError):
            return f"it needed more than {self._memory_mb} MB of memory"
        if isinstance(error, MainError | NotDataError):
            return str(error)
        words = _text_of(error)
        kind = type(error).__name__
        return f"{kind}: {words}" if words else kind

    def _too_large(self) -> str:
        return f"the result is larger than {self._max_output // 1_000} kB"


def _part(module: ModuleType) -> _Part:
    """A module with what fetches its public names all at once, and what they are now."""
    public = [each for each in getattr(module, "__all__", vars(module)) if each in vars(module)]
    look = attrgetter(*public, "__name__", "__name__")  # two at least: it gives a tuple always, of an empty module too
    return module, look, look(module)


def _main(found: Any) -> Callable[..., Any]:
    if found is None:
        raise MainError("there is no function main: write async def main(message, variables)")
    if not callable(found):
        raise MainError("main has to be a function: async def main(message, variables)")
    if isinstance(found, FunctionType) and found.__code__.co_flags & _YIELDS:
        raise MainError("main must not yield: return the value")
    function: Callable[..., Any] = found
    return function


def _finished(coroutine: Any) -> Any:
    """Runs a coroutine that waits for nothing."""
    step = coroutine.__await__() if not inspect.iscoroutine(coroutine) else coroutine
    while True:
        try:
            waits_for = step.send(None)
        except StopIteration as stop:
            return stop.value
        if waits_for is not None:
            raise RuntimeError("main waits for something that never happens")


def _line_of(error: BaseException) -> int | None:
    """The innermost line of the author's code that the error passed."""
    line = None
    for frame, number in _frames(error):
        if frame.f_code.co_filename == FILE:
            line = number
    return line


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    trace = error.__traceback__
    for _ in range(_MAX_FRAMES):
        if trace is None:
            return
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _text_of(error: BaseException) -> str:
    """Its words. Those of a kind the author made may run his code, so there its first argument stands for them."""
    built_in = type(error).__str__ in _BUILT_IN_WORDS
    if built_in and all(type(each) in _PLAIN for each in error.args):
        return str(error)[:MAX_ERROR_CHARS]
    words = [word for word in error.args if type(word) is str]
    return words[0][:MAX_ERROR_CHARS] if words else ""


def _reply(ok: str, result: str, error: str, log: Log) -> bytes:
    text = f'{{"ok":{ok},"result":{result},"error":{error},"log":{as_json(log.text())}}}'
    return text.encode("utf-8", "replace")
