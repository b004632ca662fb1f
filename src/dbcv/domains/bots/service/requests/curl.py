"""A curl command line as a draft of a request. Pure: nothing is run, read from disk or fetched."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from dbcv.domains.bots import errors
from dbcv.domains.bots.document.guards import guard
from dbcv.domains.bots.document.shapes import MAX_REQUEST_RETRIES, MAX_REQUEST_SECONDS, MIN_REQUEST_SECONDS
from dbcv.domains.bots.service.requests import shell
from dbcv.domains.bots.service.requests.curl_options import SHORT, WITH_VALUE, WITHOUT_MEANING
from dbcv.domains.bots.service.requests.draft import Draft, empty, form_pairs, put
from dbcv.engine.http_request import METHODS
from dbcv.kit.outbound.bodies import MULTIPART

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_PROGRAM = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE)
_PROXY_USER = re.compile(r"^([a-z0-9]+://)?[^@/]*@")
_SECONDS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
_FILE_HINT = "Put the file's content here yourself, or send a file of the bot by attachments"


def draft_of(text: str) -> Draft:
    """The draft. Raises Invalid for what is no curl command with an address; what cannot be taken over is a warning."""
    words = shell.split(text.strip().removeprefix("$ ").lstrip())  # guides write the shell's prompt before it
    if words.is_open:
        raise errors.no_curl("a quote does not close", "Copy the whole command")
    if not words.words or not _PROGRAM.fullmatch(words.words[0]):
        raise errors.no_curl("this does not begin with curl", "Paste a command such as curl https://api.example/users")
    reader = _Reader(words.words[1:])
    if words.rest:
        reader.draft.warn("curl", f"what follows the command ({words.rest.strip() or 'a new line'}) is left out")
    if words.values:
        reader.draft.warn(
            "curl", "the shell would have filled in a value ($NAME)", "Write the value, or a variable of the bot"
        )
    return reader.read()


class _Reader:
    def __init__(self, words: list[str]) -> None:
        self.words = iter(words)
        self.draft = empty()
        self.urls: list[str] = []
        self.headers: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.parts: list[tuple[str, str]] = []
        self.method = self.user = ""
        self.is_json = self.is_get = self.is_head = self.is_upload = False
        self.has_files = False
        self._do: dict[str, Callable[[str], None]] = {
            "request": self._request, "header": self._header, "data": self._data, "data-ascii": self._data,
            "data-binary": self._data, "data-raw": self.data.append, "data-urlencode": self._urlencode,
            "json": self._json, "form": self._form, "form-string": self._form_string, "user": self._user,
            "cookie": self._cookie, "proxy": self._proxy, "max-time": self._max_time,
            "retry": self._retry, "user-agent": self._named("User-Agent"),
            "referer": self._named("Referer"), "upload-file": self._upload, "url": self.urls.append,
            "url-query": self._url_query, "oauth2-bearer": self._bearer, "socks5": self._socks,
            "socks5-hostname": self._socks, "range": self._range, "proxy-user": self._proxy_user,
        }  # fmt: skip

    def read(self) -> Draft:
        for name, value in self._options():
            if name in self._do:
                self._do[name](value)
            elif name == "get":
                self.is_get = True
            elif name == "head":
                self.is_head = True
            elif name == "insecure":
                self.draft.warn("curl", "-k is left out: certificates are always checked")
            elif name not in WITHOUT_MEANING:
                self.draft.warn("curl", f"the option --{name} is left out")
        return self._finish()

    def _options(self) -> Iterator[tuple[str, str]]:
        """(long name, value) of every option; an address is a `url`."""
        for word in self.words:
            if word == "--next" or word == "-:":
                self.draft.warn("curl", "only the first of several requests (--next) is taken over")
                return
            if word == "--" or not word.startswith("-") or word == "-":
                yield from [] if word in ("--", "-") else [("url", word)]
            elif word.startswith("--"):
                name, _, given = word[2:].partition("=")
                yield name, given or (next(self.words, "") if name in WITH_VALUE else "")
            else:
                yield from self._short(word[1:])

    def _short(self, letters: str) -> Iterator[tuple[str, str]]:
        """One word of short options: flags may stand together, the first with a value takes the rest or the next."""
        for index, letter in enumerate(letters):
            name = SHORT.get(letter, letter)
            if name in WITH_VALUE:
                yield name, letters[index + 1 :] or next(self.words, "")
                return
            yield name, ""

    # What options do

    def _request(self, value: str) -> None:
        self.method = value

    def _header(self, value: str) -> None:
        if value.startswith("@"):
            self.draft.warn("headers", "headers of a file are left out")
            return
        name, colon, content = value.partition(":")
        if not colon:
            name, content = value.rstrip(";"), ""
        elif not content.strip():
            return  # curl takes its own header away
        self.headers.append((name.strip(), content.strip()))

    def _named(self, name: str) -> Callable[[str], None]:
        return lambda value: self.headers.append((name, value))

    def _data(self, value: str) -> None:
        if value.startswith("@"):
            self.draft.warn("content", f"the file {value[1:80]} is left out", _FILE_HINT)
            self.has_files = True
        else:
            self.data.append(value)

    def _urlencode(self, value: str) -> None:
        name, sign, content = value.partition("=")
        if "@" in name and not sign:
            self._data("@" + name.partition("@")[2])
        elif not sign:
            self.data.append(quote(value, safe=""))
        else:
            self.data.append((f"{name}=" if name else "") + quote(content, safe=""))

    def _json(self, value: str) -> None:
        self.is_json = True
        self._data(value)

    def _form(self, value: str) -> None:
        name, _, content = value.partition("=")
        if content[:1] in ("@", "<"):
            self.has_files = True
            self.draft.warn(
                "attachments",
                f"the file {content[1:80].partition(';')[0]} of the field {name[:80]} is left out",
                f'Give attachments a file of the bot: {{"id": …, "field": "{name[:80]}"}}',
            )
        else:
            value, *described = re.split(r";(?:type|headers|encoder|filename)=", content, maxsplit=1)
            self.parts.append((name, value))
            if described:
                self.draft.warn("data", f"what curl says of the field {name[:80]} besides its value is left out")

    def _form_string(self, value: str) -> None:
        name, _, content = value.partition("=")
        self.parts.append((name, content))

    def _user(self, value: str) -> None:
        self.headers.append(("Authorization", ""))
        self.user = value.partition(":")[0][:255]

    def _bearer(self, _value: str) -> None:
        self.headers.append(("Authorization", "Bearer •"))

    def _cookie(self, value: str) -> None:
        if "=" in value:
            self.headers.append(("Cookie", value))
        else:
            self.draft.warn("headers.Cookie", "cookies of a file are left out", "Every request begins without cookies")

    def _max_time(self, value: str) -> None:
        """What a request cannot say (no number, longer than a request may last) is the server's limit."""
        if _SECONDS.fullmatch(value) and MIN_REQUEST_SECONDS <= float(value) <= MAX_REQUEST_SECONDS:
            self.draft.fields["timeout_seconds"] = int(value) if value.isdigit() else float(value)

    def _retry(self, value: str) -> None:
        if value.isascii() and value.isdigit() and len(value) < 10:
            self.draft.fields["retries"] = min(int(value), MAX_REQUEST_RETRIES)

    def _proxy(self, value: str) -> None:
        bare = _PROXY_USER.sub(r"\1", value)
        if bare != value:
            self.draft.warn("proxies", "user name and password of the proxy are left out", "Write them into proxies")
        self.draft.fields["proxies"] = bare

    def _proxy_user(self, _value: str) -> None:
        self.draft.warn("proxies", "user name and password of the proxy are left out", "Write them into proxies")

    def _socks(self, value: str) -> None:
        self._proxy(value if "://" in value else f"socks5://{value}")

    def _range(self, value: str) -> None:
        self.headers.append(("Range", f"bytes={value}"))

    def _upload(self, value: str) -> None:
        self.is_upload = True
        self._data("@" + value)

    def _url_query(self, value: str) -> None:
        pairs = form_pairs(value.removeprefix("+"))
        if pairs is None:
            name, _, content = value.partition("=")
            pairs = [(name, content)]
        self.draft.add_params(pairs)

    # Putting it together

    def _finish(self) -> Draft:
        draft = self.draft
        if not self.urls:
            raise errors.no_curl("the command has no address", "Add the address, as curl https://api.example/users")
        if len(self.urls) > 1:
            draft.warn("request_url", "only the first of several addresses is taken over")
        url = self.urls[0].strip()
        draft.take_url(url if "://" in url else f"http://{url}")
        if self.is_get:
            self._data_to_query()
        for name, value in self.headers:
            if name.lower() == "content-type":
                continue
            if name == "Authorization" and not value:
                draft.propose("basic", "user", username=self.user)
            else:
                draft.add_header(name, value)
        self._body()
        draft.fields["method"] = self._method()
        return draft

    def _method(self) -> str:
        has_body = bool(self.data or self.parts or self.has_files) and not self.is_get
        made = "HEAD" if self.is_head else "PUT" if self.is_upload else "POST" if has_body else "GET"
        method = self.method.upper() or made
        if method in METHODS:
            return method.lower()
        self.draft.warn("method", f"the method {method[:40]} cannot be used", f"Use one of {', '.join(METHODS)}")
        return made.lower()

    def _data_to_query(self) -> None:
        query, self.data = "&".join(self.data), []
        pairs = form_pairs(query)
        if pairs is not None:
            self.draft.add_params(pairs)
        else:
            url = self.draft.fields["request_url"]
            self.draft.fields["request_url"] = f"{url}{'&' if '?' in url else '?'}{quote(query, safe='=&%+')}"

    def _body(self) -> None:
        given = next((value for name, value in reversed(self.headers) if name.lower() == "content-type"), "")
        kind = given.partition(";")[0].strip().lower() or (JSON if self.is_json else "")
        if self.parts or (self.has_files and kind == MULTIPART):
            self._multipart()
        elif not self.data:
            if given and kind != MULTIPART:
                self.draft.add_header("Content-Type", given)
        elif kind == JSON or kind.endswith("+json") or not kind:
            self._json_body("&".join(self.data) if not self.is_json else "".join(self.data), given, kind)
        elif kind == FORM:
            self._form_body("&".join(self.data), given)
        else:
            self._text_body("&".join(self.data), given)
        if self.is_json:
            self.draft.fields["headers"].setdefault("Accept", JSON)

    def _multipart(self) -> None:
        data: dict[str, Any] = {}
        for name, value in self.parts:
            put(data, name, value)
        self.draft.fields["data"] = data
        self.draft.fields["headers"]["Content-Type"] = MULTIPART

    def _json_body(self, text: str, given: str, kind: str) -> None:
        value = _json_value(text)
        if value is None:
            return self._text_body(text, given or kind) if kind else self._form_body(text, given)
        if not kind:
            if not isinstance(value, dict | list):
                return self._form_body(text, given)
            self.draft.warn("json_field", "the text is JSON, and is sent as such", "curl would have called it a form")
        if given and given.strip().lower() != JSON:
            self.draft.add_header("Content-Type", given)
        self.draft.fields["json_field"] = text if isinstance(value, str) else value
        return None

    def _form_body(self, text: str, given: str) -> None:
        pairs = form_pairs(text)
        if not pairs:
            return self._text_body(text, given or FORM)
        data: dict[str, Any] = {}
        for name, value in pairs:
            put(data, name, value)
        self.draft.fields["data"] = data
        if given and given.strip().lower() != FORM:
            self.draft.add_header("Content-Type", given)
        return None

    def _text_body(self, text: str, given: str) -> None:
        self.draft.fields["content"] = text
        if given:
            self.draft.add_header("Content-Type", given)


def _json_value(text: str) -> Any:
    """The value; the text itself if it is JSON around placeholders; None if it is no JSON that a draft can keep."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text if "{$" in text and text.lstrip()[:1] in ("{", "[") else None
    return None if guard(value) else value
