"""What of curl the guide's commands use, for machines without it; an answer of 400 or more ends the command.

`test_guide_commands.py` puts it into the PATH of a shell under curl's name. It begins often, so it imports little.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

EDGE = "a-line-of-no-file"


def main() -> int:
    """One request as the arguments say; the body of its answer goes to standard output."""
    options = _options()
    fields = "&".join([*map(_content, options.data), *map(_encoded, options.encoded)])
    url = f"{options.url}?{fields}" if options.get else options.url
    body = None if options.get else _form(options.form[0]) if options.form else fields.encode() or None
    request = Request(url, body, method=options.method)
    if options.form:
        request.add_header("Content-Type", f"multipart/form-data; boundary={EDGE}")
    for line in options.header:
        request.add_header(*line.split(": ", 1))
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            sys.stdout.buffer.write(answer.read())
    except HTTPError as refused:
        sys.stderr.write(f"{request.get_method()} {url}: {refused.code} {refused.read().decode()}\n")
        return 22
    return 0


def _options() -> Namespace:
    parser = ArgumentParser("curl")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-G", dest="get", action="store_true")
    parser.add_argument("-X", dest="method")
    for letter, name in {"-H": "header", "-d": "data", "-F": "form", "--data-urlencode": "encoded"}.items():
        parser.add_argument(letter, dest=name, action="append", default=[])
    parser.add_argument("url")
    return parser.parse_intermixed_args()


def _content(data: str) -> str:
    return sys.stdin.read() if data == "@-" else data


def _encoded(data: str) -> str:
    name, _, value = data.partition("=")
    return f"{name}={quote(value)}"


def _form(form: str) -> bytes:
    name, _, at = form.partition("=@")
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="{Path(at).name}"\r\n\r\n'
    return head.encode() + Path(at).read_bytes() + f"\r\n--{EDGE}--\r\n".encode()


if __name__ == "__main__":
    raise SystemExit(main())
