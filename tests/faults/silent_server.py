"""An outside service that lets its callers wait."""

import asyncio
import contextlib
import http.server
import threading
import time
from collections.abc import Iterator


class SilentServer:
    """Answers each GET after `answer_after_seconds`, or at `release`."""

    def __init__(self, answer_after_seconds: float) -> None:
        self.answer_after_seconds = answer_after_seconds
        self.calls = 0
        self._released = threading.Event()
        self._counting = threading.Lock()
        server = self

        class Answering(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with server._counting:
                    server.calls += 1
                server._released.wait(server.answer_after_seconds)
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"

    def release(self) -> None:
        """Everybody who waits is answered now."""
        self._released.set()

    async def called(self, times: int, timeout_seconds: float = 30.0) -> None:
        """Until it was called so often."""
        deadline = time.monotonic() + timeout_seconds
        while self.calls < times:
            assert time.monotonic() < deadline, f"called {self.calls} times"
            await asyncio.sleep(0.02)


@contextlib.contextmanager
def silent_server(answer_after_seconds: float) -> Iterator[SilentServer]:
    """Ends with the block; whoever still waits is let go."""
    server = SilentServer(answer_after_seconds)
    thread = threading.Thread(target=server.http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release()
        server.http.shutdown()
        server.http.server_close()
