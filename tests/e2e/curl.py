"""What of curl the guide's commands use, for machines without it; an answer of 400 or more ends the command.

`test_guide_commands.py` puts it into the PATH of a shell under curl's name. It begins two hundred times, so it imports
next to nothing: libraries of HTTP and of arguments would take most of its time.
"""

import socket
import sys

EDGE = "a-line-of-no-file"
FLAGS = ("-s", "-G")
LETTERS = ("-X", "-H", "-d", "-F", "--data-urlencode")


def main() -> int:
    """One request as the arguments say; the body of its answer goes to standard output."""
    url, options = _options(sys.argv[1:])
    fields = "&".join([*map(_content, options["-d"]), *map(_encoded, options["--data-urlencode"])])
    if options["-G"]:
        url, fields = f"{url}?{fields}", ""
    form = options["-F"]
    body = _form(form[0]) if form else fields.encode()
    method = (options["-X"] or ["POST" if body else "GET"])[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    headers |= dict(line.split(": ", 1) for line in options["-H"])
    if form:
        headers["Content-Type"] = f"multipart/form-data; boundary={EDGE}"
    status, answer = _ask(method, url, headers, body)
    if status >= 400:
        sys.stderr.write(f"{method} {url}: {status} {answer.decode()}\n")
        return 22
    sys.stdout.buffer.write(answer)
    return 0


def _options(arguments: list[str]) -> tuple[str, dict[str, list[str]]]:
    """The address, and what stood behind each letter."""
    found: dict[str, list[str]] = {name: [] for name in (*FLAGS, *LETTERS)}
    url, rest = "", iter(arguments)
    for word in rest:
        if word in FLAGS:
            found[word].append(word)
        elif word in LETTERS:
            found[word].append(next(rest))
        else:
            assert not url and not word.startswith("-"), f"curl of the tests does not know {word}"
            url = word
    return url, found


def _ask(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """By HTTP/1.0: the answer ends where the connection does."""
    place, _, path = url.removeprefix("http://").partition("/")
    host, _, port = place.partition(":")
    lines = [f"{method} /{path} HTTP/1.0", f"Host: {place}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        head, _, answer = connection.makefile("rb").read().partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), answer


def _content(data: str) -> str:
    return sys.stdin.read() if data == "@-" else data


def _encoded(data: str) -> str:
    from urllib.parse import quote  # few commands need it

    name, _, value = data.partition("=")
    return f"{name}={quote(value)}"


def _form(form: str) -> bytes:
    name, _, at = form.partition("=@")
    file = at.rpartition("/")[2]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
    with open(at, "rb") as content:  # noqa: PTH123 - pathlib is not small
        return head.encode() + content.read() + f"\r\n--{EDGE}--\r\n".encode()


if __name__ == "__main__":
    raise SystemExit(main())
