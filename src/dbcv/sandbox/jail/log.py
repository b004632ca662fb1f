"""Where `print` of a code step goes: text of bounded length. Runs inside the jail."""

import io

CUT = "\n… the log was cut here"


class Log(io.TextIOBase):
    """Takes what is written up to `limit` characters."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._left = limit

    def write(self, text: str) -> int:
        """Keeps what still fits."""
        if self._left > 0 and text:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def writable(self) -> bool:
        """It is."""
        return True

    def text(self) -> str:
        """All that was written, or its beginning and a word about the rest."""
        return "".join(self._parts) + (CUT if self._left < 0 else "")
