"""A mailbox on loopback that speaks as much IMAP as our reader asks for: log-in, select, search, fetch."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PASSWORD = "the mailbox's own"


@dataclass
class ImapServer:
    """`letters[uid]` lie in INBOX."""

    port: int = 0
    letters: dict[int, bytes] = field(default_factory=dict)
    searches: list[str] = field(default_factory=list)

    def put(self, letter: str) -> None:
        """Somebody's letter arrives."""
        self.letters[len(self.letters) + 1] = letter.replace("\n", "\r\n").encode()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, command = line.partition(" ")
            writer.write(b"".join(self._answer(tag, command)))
            await writer.drain()
            if command.upper() == "LOGOUT":
                break
        writer.close()

    def _answer(self, tag: str, command: str) -> list[bytes]:
        name = command.split()[0].upper() if command else ""
        done = [f"{tag} OK done\r\n".encode()]
        if name == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1\r\n", *done]
        if name == "LOGIN" and PASSWORD not in command:
            return [f"{tag} NO wrong\r\n".encode()]
        if name in ("SELECT", "EXAMINE"):
            return [f"* {len(self.letters)} EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n".encode(), *done]
        if found := re.match(r"UID SEARCH (.*)", command):
            self.searches.append(found[1])
            first = int(re.search(r"UID (\d+):", found[1])[1]) if "UID " in found[1] else 1  # type: ignore[index]
            # As the standard has it: N:* names the last one also where it is below N.
            uids = [uid for uid in self.letters if uid >= first] or list(self.letters)[-1:]
            return [f"* SEARCH {' '.join(map(str, uids))}\r\n".encode(), *done]
        if found := re.match(r"UID FETCH (\d+)", command):
            letter = self.letters[int(found[1])]
            head = f"* 1 FETCH (UID {found[1]} BODY[] {{{len(letter)}}}\r\n".encode()
            return [head, letter, b")\r\n", *done]
        return done


@asynccontextmanager
async def mailbox() -> AsyncIterator[ImapServer]:
    """A running server."""
    made = ImapServer()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
