"""Sending a letter, by aiosmtplib over a socket that the guard opened."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from typing import Any

from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from dbcv.integration_kit.call import Call
from dbcv.integration_kit.errors import IntegrationFailed
from dbcv.integrations.smtp.shapes import SendEmail, Sent

ERRORS = (SMTPException, UnicodeError)
TLS_PORT = 465


def explain(error: Exception) -> IntegrationFailed:
    """The server's own words."""
    if isinstance(error, SMTPRecipientsRefused):
        refused = "; ".join(f"{each.recipient}: {each.message}" for each in error.recipients)
        return IntegrationFailed(f"the mail server takes none of the addresses: {refused}", code="refused")
    if isinstance(error, SMTPResponseException):
        code = "credential" if error.code in (530, 534, 535) else "failed"
        words = f"the mail server answered {error.code}: {error.message}"
        return IntegrationFailed(words, code=code, status=error.code)
    return IntegrationFailed(f"the mail server did not take it: {error}")


async def send(call: Call, inputs: SendEmail) -> Sent:
    """A letter to everybody named."""
    if not call.secret.servers:
        hint = "bind the credential to your mail server, such as smtp.example.com:465"
        raise IntegrationFailed(f"it is not known which server to use: {hint}", code="credential")
    host, port = call.secret.servers[0]
    letter = await _letter(call, inputs)
    receivers = [*inputs.to, *inputs.cc, *inputs.bcc]
    security = inputs.security or ("tls" if port == TLS_PORT else "starttls")
    client = SMTP(
        hostname=host, sock=await call.network.socket(host, port), use_tls=security == "tls",
        start_tls=security == "starttls", tls_context=call.network.ssl_context, timeout=call.timeout_seconds,
        local_hostname="dbcv",
    )  # fmt: skip
    async with client:
        values = call.secret.values
        await client.login(values["username"], values["password"])
        refused, _ = await client.send_message(letter, sender=_sender(call, inputs), recipients=receivers)
    reasons = {address: f"{answer.code} {answer.message}" for address, answer in refused.items()}
    accepted = [each for each in receivers if each not in reasons]
    return Sent(message_id=letter["Message-ID"], accepted=accepted, refused=reasons)


async def _letter(call: Call, inputs: SendEmail) -> EmailMessage:
    """The letter. Its id follows from the call, so that the same letter sent twice is known as one."""
    letter = EmailMessage()
    letter["From"] = Address(inputs.sender_name, addr_spec=_sender(call, inputs))
    letter["Date"] = formatdate(usegmt=True)
    letter["Message-ID"] = f"<{sha256(call.key.encode()).hexdigest()[:32]}@dbcv>"
    letter["Subject"] = inputs.subject
    for name, addresses in (("To", inputs.to), ("Cc", inputs.cc), ("Reply-To", inputs.reply_to)):
        if addresses:
            letter[name] = ", ".join(addresses)
    if inputs.text:
        letter.set_content(inputs.text)
    if inputs.html:
        _add_html(letter, inputs)
    for file in await call.load_files(inputs.attachments) if inputs.attachments else []:
        kind, _, subtype = file.content_type.partition(";")[0].partition("/")
        letter.add_attachment(file.content, maintype=kind, subtype=subtype or "octet-stream", filename=file.name)
    return letter


def _add_html(letter: EmailMessage, inputs: SendEmail) -> None:
    add: Any = letter.add_alternative if inputs.text else letter.set_content
    add(inputs.html, subtype="html")


def _sender(call: Call, inputs: SendEmail) -> str:
    sender = inputs.sender or call.secret.values["username"]
    if "@" not in sender or any(char in sender for char in "\r\n,<> "):
        raise IntegrationFailed("name the sender's address in `sender`", code="bad_config")
    return sender
