"""A command line as people copy it, cut into words as bash or cmd.exe would. Nothing of it is ever run. Pure."""

import re
from dataclasses import dataclass, field

_CMD = re.compile(r"\^[ \t]*\r?\n|\^\"")
_SPACE = " \t\r\n"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_CODE = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})")
_SHELL_VALUE = re.compile(r"(?<![{\\])(?:\$(?:[A-Za-z_]|\{[A-Za-z_]|\()|`)")
_ENDS = frozenset("|;&<>")


@dataclass(slots=True)
class Words:
    """`words` of the first command; `rest`: the sign behind it that begins another, or a redirection; `is_open`: a
    quote does not close; `values`: whether the shell would have filled something in."""

    words: list[str] = field(default_factory=list)
    rest: str = ""
    is_open: bool = False
    values: bool = False


def split(text: str) -> Words:
    """The words, in the manner that fits the text."""
    return _split_cmd(text) if _CMD.search(text) else _Bash(text).split()


class _Bash:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.found = text, 0, Words()
        self.word: list[str] | None = None

    def split(self) -> Words:
        while self.at < len(self.text) and not self.found.rest:
            self._step(self.text[self.at])
        self._end_word()
        return self.found

    def _add(self, piece: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(piece)

    def _end_word(self) -> None:
        if self.word is not None:
            self.found.words.append("".join(self.word))
            self.word = None

    def _step(self, sign: str) -> None:
        text, at = self.text, self.at
        self.at += 1
        if sign in _SPACE:
            self._end_word()
            if sign == "\n" and self.found.words:
                self.found.rest = "\n" if text[at:].strip() else ""
                self.at = len(text)
        elif sign == "'":
            self._add(self._until("'"))
        elif sign == '"':
            self._quoted()
        elif sign == "$" and text[at + 1 : at + 2] == "'":
            self.at += 1
            self._add(self._ansi())
        elif sign == "\\":
            self._escaped()
        elif sign in _ENDS and self._ends(sign):
            self.found.rest = sign
        else:
            self._plain()

    def _ends(self, sign: str) -> bool:
        """A sign between two letters is an address that somebody forgot to quote."""
        following = self.text[self.at : self.at + 1]
        return self.word is None or not following or following in _SPACE or sign in "<>"

    def _plain(self) -> None:
        """A run of ordinary signs."""
        end = self.at
        while end < len(self.text) and self.text[end] not in " \t\r\n'\"\\$|;&<>":
            end += 1
        self._note_values(self.at - 1, end + 2)
        self._add(self.text[self.at - 1 : end])
        self.at = end

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at)
        self.found.is_open |= end < 0
        piece = self.text[self.at : end if end >= 0 else None]
        self.at = end + 1 if end >= 0 else len(self.text)
        return piece

    def _escaped(self) -> None:
        following = self.text[self.at : self.at + 1]
        if following == "\r" and self.text[self.at + 1 : self.at + 2] == "\n":
            self.at += 2
        elif following == "\n":
            self.at += 1
        else:
            self.at += 1
            self._add(following)

    def _quoted(self) -> None:
        begin = self.at
        pieces: list[str] = [""]
        while self.at < len(self.text) and self.text[self.at] != '"':
            sign, following = self.text[self.at], self.text[self.at + 1 : self.at + 2]
            if sign == "\\" and following and following in '"\\$`\n':
                pieces.append("" if following == "\n" else following)
                self.at += 2
            else:
                pieces.append(sign)
                self.at += 1
        self.found.is_open |= self.at >= len(self.text)
        self._note_values(begin, self.at)
        self.at += 1
        self._add("".join(pieces))

    def _ansi(self) -> str:
        """$'…' with its escapes."""
        pieces: list[str] = []
        while self.at < len(self.text) and self.text[self.at] != "'":
            sign = self.text[self.at]
            self.at += 1
            pieces.append(self._ansi_escape() if sign == "\\" else sign)
        self.found.is_open |= self.at >= len(self.text)
        self.at += 1
        return _joined("".join(pieces))

    def _ansi_escape(self) -> str:
        code = _CODE.match(self.text, self.at)
        if code is not None:
            self.at = code.end()
            number = int(next(filter(None, code.groups())), 8 if code[4] else 16)
            return chr(number) if 0 < number < 0x110000 else "\ufffd"
        sign = self.text[self.at : self.at + 1]
        self.at += 1
        return _ESCAPES.get(sign, sign)

    def _note_values(self, begin: int, end: int) -> None:
        self.found.values |= _SHELL_VALUE.search(self.text, begin, end) is not None


def _joined(text: str) -> str:
    """Halves of a pair (browsers write \\ud83d\\ude00) as the one sign they mean; lone halves become a mark."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _split_cmd(text: str) -> Words:
    """First cmd.exe's carets, then the quotes as Windows programs read them."""
    found, line = Words(), _without_carets(text)
    at, quoted = 0, False
    word: list[str] | None = None
    while at < len(line):
        sign = line[at]
        if sign in _SPACE and not quoted:
            found.words += ["".join(word)] if word is not None else []
            word, at = None, at + 1
            continue
        word = [] if word is None else word
        if sign == "\\":
            at = _slashes(line, at, word)
        elif sign == '"':
            twice = quoted and line[at + 1 : at + 2] == '"'
            word.append('"' if twice else "")
            at, quoted = at + (2 if twice else 1), quoted if twice else not quoted
        else:
            word.append(sign)
            at += 1
    found.words += ["".join(word)] if word is not None else []
    found.is_open = quoted
    return found


def _slashes(line: str, at: int, word: list[str]) -> int:
    """Backslashes mean themselves, except before a quote. Returns where to go on."""
    end = at
    while line[end : end + 1] == "\\":
        end += 1
    count, is_quote = end - at, line[end : end + 1] == '"'
    word.append("\\" * (count // 2 if is_quote else count))
    if is_quote and count % 2:
        word.append('"')
        end += 1
    return end


def _without_carets(text: str) -> str:
    pieces, at, quoted = [], 0, False
    text = text.replace("\r\n", "\n")
    while at < len(text):
        sign = text[at]
        if sign == "^" and not quoted:
            at += 2 if text[at + 1 : at + 2] == "\n" else 1
            pieces.append(text[at : at + 1])
        else:
            quoted ^= sign == '"'
            pieces.append(sign)
        at += 1
    return "".join(pieces)
