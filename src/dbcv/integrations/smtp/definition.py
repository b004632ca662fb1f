"""E-mail in the catalogue."""

from dbcv.integration_kit.definition import Action, Integration
from dbcv.integration_kit.forms import said
from dbcv.integrations.smtp.providers import PROVIDERS
from dbcv.integrations.smtp.shapes import SendEmail, Sent

INTEGRATION = Integration(
    id="smtp",
    section="mail",
    name=said("E-mail (SMTP)", "Почта (SMTP)"),
    about=said("Letters by your mail server", "Письма через ваш почтовый сервер"),
    library="aiosmtplib",
    site="https://www.rfc-editor.org/rfc/rfc5321",
    providers=PROVIDERS,
    actions=(
        Action(
            "send",
            said("Send a letter", "Отправить письмо"),
            said("Text or HTML, with files", "Текст или HTML, с файлами"),
            SendEmail,
            Sent,
            {"to": "{$user.email$}", "subject": "Your order", "text": "Thank you, {$user.name$}!"},
            {"message_id": "<3f2a@dbcv>", "accepted": ["ann@example.com"], "refused": {}},
        ),
    ),
)
