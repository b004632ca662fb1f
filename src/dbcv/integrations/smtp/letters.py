"""Letters read and written: what a person says in one, and how an answer hangs on it. Pure."""

import html
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from hashlib import sha256
from typing import Any

from dbcv.integration_kit.transport import Heard, LocalFile, RemoteFile

MAX_REFERENCES = 20
MAX_TEXT_CHARS = 100_000
_QUOTE = re.compile(
    r"\n(?:[^\n]{0,300}:\s*\n)?(?:>[^\n]*(?:\n|$))+\s*$|\n-{2,}\s?(?:Original Message|Исходное).*$", re.S
)
_TAGS = re.compile(r"(?s)<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>")
_MACHINES = re.compile(r"(?i)mailer-daemon|postmaster|no-?reply")
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,253}")


def read_letter(raw: bytes, number: int, own_address: str) -> Heard | None:
    """What it says; None for what a machine sent: two programs must not answer each other for ever."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    sender = parseaddr(_header(letter, "From"))[1].lower()
    if not _ADDRESS.fullmatch(sender) or sender == own_address.lower() or _is_of_a_machine(letter, sender):
        return None
    message_id = _header(letter, "Message-ID") or f"<{sha256(raw).hexdigest()[:32]}@unknown>"
    subject = _header(letter, "Subject")
    references = [*_header(letter, "References").split(), message_id][-MAX_REFERENCES:]
    name = parseaddr(_header(letter, "From"))[0]
    profile = {"id": sender, "username": sender} | ({"first_name": name[:255]} if name else {})
    address = {"to": sender, "subject": subject[:500], "references": references}
    files = tuple(_files(letter, number, sha256(message_id.encode()).hexdigest()[:32]))
    return Heard(
        sender, f"email:{message_id}"[:255], address, _text(letter), {"subject": subject[:500]}, files, profile
    )  # fmt: skip


def file_of(raw: bytes, place: int) -> bytes:
    """The content of the attachment in that place."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    for number, part in enumerate(letter.iter_attachments()):
        if number == place:
            return _bytes(part)
    return b""


def write_letter(
    own_address: str, address: Mapping[str, Any], text: str, file: LocalFile | None, key: str
) -> EmailMessage:
    """An answer in the thread of the person's last letter. Its id follows from `key`: sent again it is the same one."""
    letter = EmailMessage()
    letter["From"], letter["To"] = own_address, str(address["to"])
    subject = re.sub(r"[\r\n]+", " ", str(address.get("subject") or ""))
    letter["Subject"] = subject if subject[:3].lower() == "re:" else f"Re: {subject}".strip()
    letter["Date"] = formatdate(usegmt=True)
    letter["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@dbcv>"
    letter["Auto-Submitted"] = "auto-replied"
    references = [each for each in address.get("references") or [] if re.fullmatch(r"<[^<>\s]{1,900}>", each)]
    if references:
        letter["In-Reply-To"], letter["References"] = references[-1], " ".join(references)
    letter.set_content(text)
    if file is not None:
        kind, _, subtype = file.content_type.partition(";")[0].partition("/")
        letter.add_attachment(file.content, maintype=kind, subtype=subtype or "octet-stream", filename=file.name)
    return letter


def _is_of_a_machine(letter: EmailMessage, sender: str) -> bool:
    submitted = _header(letter, "Auto-Submitted").lower()
    bulk = _header(letter, "Precedence").lower() in ("bulk", "list", "junk") or bool(_header(letter, "List-Id"))
    return bulk or submitted not in ("", "no") or bool(_MACHINES.match(sender))


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = _bytes(body).decode(body.get_content_charset("utf-8"), errors="replace")
    if body.get_content_subtype() == "html":
        text = html.unescape(_TAGS.sub(" ", text))
    return _QUOTE.sub("", text.replace("\r\n", "\n")[:MAX_TEXT_CHARS]).strip()


def _files(letter: EmailMessage, number: int, key: str) -> Iterator[RemoteFile]:
    for place, part in enumerate(letter.iter_attachments()):
        name = part.get_filename() or f"file{place + 1}"
        size = len(_bytes(part))
        yield RemoteFile(f"{number}:{place}", f"{key}:{place}", name, part.get_content_type(), size)


def _bytes(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _header(letter: EmailMessage, name: str) -> str:
    return str(letter.get(name) or "").strip()
