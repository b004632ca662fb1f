"""`dbcv play FILE`: a bot in the terminal. Runs on the engine alone: no database, no network; time is moved by hand."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dbcv.domains.bots.document.wording import Language, shorten
from dbcv.engine.effects import CallHttp, CallIntegration, Effect, Halt, RunCode, SaveFile
from dbcv.engine.outcome import Reply
from dbcv.engine.played import played_file
from dbcv.engine.problems import GraphError
from dbcv.entrypoints.bot_file import read_bot_file
from dbcv.entrypoints.check import problem_lines
from dbcv.entrypoints.language import language_of
from dbcv.entrypoints.rehearsal.code import CodeRunner
from dbcv.entrypoints.rehearsal.run import asked_for
from dbcv.entrypoints.rehearsal.talk import EndlessTimeoutsError, Given, Talk, Turn, buttons_of
from dbcv.entrypoints.rehearsal.why import explain

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "help": "Write a message, or a button's number. :vars variables · :trace why · :wait 3600 let seconds pass · "
        ":reset start again · :quit",
        "unknown": "no such command; :help lists them",
        "wait": ":wait needs a number of seconds",
        "silence": "(the bot says nothing)",
        "step": "step",
        "asks": "the bot asks for",
        "answer": "result as JSON, Enter for “not available”",
        "error": "the turn ended with an error",
        "code": "the code failed",
        "not_json": "this is not JSON; the bot gets it as text",
    },
    "ru": {
        "help": "Напишите сообщение или номер кнопки. :vars переменные · :trace почему так · "
        ":wait 3600 пропустить секунды · :reset сначала · :quit выход",
        "unknown": "такой команды нет; :help покажет все",
        "wait": "после :wait нужно число секунд",
        "silence": "(бот молчит)",
        "step": "шаг",
        "asks": "бот обращается:",
        "answer": "ответ в виде JSON или Enter — «недоступно»",
        "error": "ход закончился ошибкой",
        "code": "код не сработал",
        "not_json": "это не JSON; бот получит текст",
    },
}


def main(path: Path, lang: str = "") -> int:
    """Talk until :quit or the end of the input; 1 if the bot has errors, 2 if the file cannot be read."""
    language = language_of(lang)
    try:
        file = read_bot_file(path, language)
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return 2
    for problem in file.errors:
        print("\n".join(problem_lines(file, problem, language)), file=sys.stderr)
    if file.document is None:
        return 1
    try:
        with CodeRunner() as code:
            Player(file.document, language, code=code).run()
    except GraphError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    return 0


@dataclass(slots=True)
class Player:
    """The talk in the terminal. `read` gives the next line and raises EOFError at the end; `write` prints one."""

    document: dict[str, Any]
    language: Language = "en"
    read: Callable[[str], str] = input
    write: Callable[[str], None] = print
    code: CodeRunner = field(default_factory=CodeRunner)
    talk: Talk = field(init=False)
    last: list[Turn] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reset()

    def run(self) -> None:
        """Read and answer line by line."""
        self.write(f"{self.document['name']} · {self._say('help')}")
        while True:
            try:
                line = self.read("> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line in (":quit", ":q"):
                return
            if line:
                self.handle(line)

    def handle(self, line: str) -> None:
        """Do what one line says."""
        if not line.startswith(":"):
            self._show([self.talk.say(self._pressed(line))])
            return
        command, _, argument = line.partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            ":vars": lambda _: self._show_variables(),
            ":trace": lambda _: self._show_trace(),
            ":wait": self._wait,
            ":reset": lambda _: self.reset(),
            ":help": lambda _: self.write(self._say("help")),
        }
        command_of = commands.get(command)
        if command_of is None:
            self.write(self._say("unknown"))
        else:
            command_of(argument.strip())

    def reset(self) -> None:
        """A new session of a new person."""
        now = datetime.now(UTC)
        self.talk = Talk(self.document, self._answer, Given(now=now, seed=now.microsecond))
        self.last, self.buttons = [], []

    def _say(self, word: str) -> str:
        return _WORDS[self.language][word]

    def _pressed(self, line: str) -> str:
        if line.isascii() and line.isdigit() and 1 <= int(line[:4]) <= len(self.buttons):
            return self.buttons[int(line) - 1][1]
        return line

    def _show(self, turns: list[Turn]) -> None:
        self.last, replies = turns, [reply for turn in turns for reply in turn.outcome.replies]
        for reply in replies:
            self._show_reply(reply)
        if not replies:
            self.write(self._say("silence"))
        for turn in turns:
            if turn.outcome.error is not None:
                self.write(f"{self._say('error')}: {turn.outcome.error.message}")

    def _show_reply(self, reply: Reply) -> None:
        self.write(f"{self.document['name']}: {reply.text}")
        for attachment in reply.attachments:
            self.write(f"  [{shorten(attachment)}]")
        if reply.widget:
            self.write(f"  <{shorten(reply.widget['name'])}>")
        self.buttons = buttons_of(reply)
        if self.buttons:
            self.write("  ".join(f"[{number}] {text}" for number, (text, _) in enumerate(self.buttons, 1)))

    def _wait(self, argument: str) -> None:
        try:
            seconds = float(argument)
            turns = self.talk.wait(seconds) if 0 <= seconds <= 1e9 else None
        except ValueError:
            turns = None
        except EndlessTimeoutsError as error:
            self.write(str(error))
            return
        if turns is None:
            self.write(self._say("wait"))
            return
        self._show(turns)

    def _show_variables(self) -> None:
        self.write(f"{self._say('step')}: {self.talk.step}")
        for scope in ("session", "user", "bot", "channel"):
            self.write(f"{scope}: {json.dumps(getattr(self.talk.state, scope), ensure_ascii=False)}")

    def _show_trace(self) -> None:
        for line in explain(entry for turn in self.last for entry in turn.outcome.trace):
            self.write(f"  {line}")

    def _answer(self, effect: Effect) -> dict[str, Any]:
        if isinstance(effect, SaveFile):
            return played_file(effect)
        if isinstance(effect, RunCode):
            return self._run_code(effect)
        assert not isinstance(effect, Halt), "a player sets no stops"
        self.write(f"{self._say('asks')} {asked_for(effect)}")
        self.write(f"  {shorten(_body(effect), 500)}")
        line = self.read(f"{self._say('answer')}: ").strip()
        reply: dict[str, Any] = {
            "ok": bool(line),
            "status": 200 if line else 0,
            "headers": {},
            "elapsed_ms": 0,
            "log": "",
        }
        return reply | {"result": self._json(line), "error": None if line else "not available"}

    def _run_code(self, effect: RunCode) -> dict[str, Any]:
        reply = self.code.run(effect)
        for line in reply["log"].splitlines():
            self.write(f"  | {line}")
        if not reply["ok"]:
            self.write(f"  {self._say('code')}: {reply['error']}")
        return reply

    def _json(self, line: str) -> Any:
        try:
            return json.loads(line) if line else None
        except ValueError:
            self.write(self._say("not_json"))
            return line


def _body(effect: CallHttp | CallIntegration) -> str:
    if isinstance(effect, CallHttp):
        body = next((part for part in (effect.json_field, effect.data, effect.content) if part is not None), None)
    else:
        body = effect.config
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
