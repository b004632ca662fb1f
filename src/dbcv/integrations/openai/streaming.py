"""An answer that comes in pieces: gathered into one, and told as it grows."""

from openai.types.chat import ChatCompletionChunk

from dbcv.integration_kit.call import TellPart


class Told:
    """What came so far. `calls`: (id, name, arguments as text)."""

    def __init__(self, tell_part: TellPart) -> None:
        self._tell_part = tell_part
        self._pieces: list[str] = []
        self._calls: dict[int, list[str]] = {}
        self.finish_reason: str | None = None
        self.model = ""
        self.tokens: tuple[int | None, int | None] = (None, None)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def calls(self) -> list[tuple[str, str, str]]:
        """The functions it wants called."""
        return [(given, name, raw) for given, name, raw in self._calls.values()]

    def take(self, chunk: ChatCompletionChunk) -> None:
        """One piece."""
        self.model = chunk.model or self.model
        if chunk.usage:
            self.tokens = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices[:1]:
            self.finish_reason = choice.finish_reason or self.finish_reason
            if choice.delta.content:
                self._pieces.append(choice.delta.content)
                self._tell_part(self.text)
            for each in choice.delta.tool_calls or []:
                kept = self._calls.setdefault(each.index, ["", "", ""])
                kept[0] = each.id or kept[0]
                if each.function:
                    kept[1] += each.function.name or ""
                    kept[2] += each.function.arguments or ""
