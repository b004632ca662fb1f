"""What a page says of channels of letters, and their config. Used by `transport.py`; imports no library."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from dbcv.integration_kit.channel_form import ChannelForm
from dbcv.integration_kit.forms import asked, said

_SERVER = r"^[A-Za-z0-9.-]{1,253}:[0-9]{1,5}$"


class EmailConfig(BaseModel):
    """Where letters are read and sent: "imap.example.com:993", "smtp.example.com:465". `security`: "starttls" also for
    port 587, "plain" only inside one's own house."""

    model_config = ConfigDict(extra="forbid")
    address: str = asked(
        ..., "Address of the mailbox", "Адрес ящика", pattern=r"^[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,253}$"
    )
    imap: str = asked(
        ...,
        "Server for incoming mail (IMAP)",
        "Сервер входящей почты (IMAP)",
        about=said("Such as imap.example.com:993", "Например imap.example.com:993"),
        pattern=_SERVER,
    )
    smtp: str = asked(
        ...,
        "Server for outgoing mail (SMTP)",
        "Сервер исходящей почты (SMTP)",
        about=said("Such as smtp.example.com:465", "Например smtp.example.com:465"),
        pattern=_SERVER,
    )
    security: Literal["tls", "starttls", "plain"] = asked(
        "tls",
        "Protection",
        "Защита",
        labels={
            "tls": said("TLS (ports 993 and 465)", "TLS (порты 993 и 465)"),
            "starttls": said("STARTTLS (ports 143 and 587)", "STARTTLS (порты 143 и 587)"),
            "plain": said("None, inside your own network only", "Без защиты, только внутри своей сети"),
        },
    )
    folder: str = asked("INBOX", "Folder", "Папка", pattern=r"^[^\"\\\x00-\x1f]{1,200}$")
    poll_seconds: float = asked(
        20.0, "Look for new letters every (seconds)", "Искать новые письма каждые (секунд)", ge=0.1, le=3_600
    )


CHANNEL = ChannelForm(
    name=said("E-mail", "Почта"),
    about=said(
        "People write letters to a mailbox; answers come in the same thread.",
        "Люди пишут письма в почтовый ящик, ответы приходят в той же переписке.",
    ),
    config=EmailConfig,
    providers=("smtp",),
    steps=(
        said(
            "Take a mailbox for the bot alone: it answers every new letter that a person wrote.",
            "Заведите ящик только для бота: он отвечает на каждое новое письмо от человека.",
        ),
        said(
            "In the settings of the mail service allow IMAP and make a password for apps.",
            "В настройках почты разрешите IMAP и создайте пароль для приложений.",
        ),
        said(
            "Make a credential with the user name and this password; name both servers with their ports as its hosts.",
            "Создайте ключ доступа с именем и этим паролем; адресами укажите оба сервера с портами.",
        ),
        said(
            "Fill in the servers and press Connect, then write a letter to the mailbox.",
            "Заполните серверы, нажмите «Подключить» и напишите на этот ящик письмо.",
        ),
    ),
    icon="smtp",
)
