"""Letters sent by SMTP: encrypted, except to a server on this machine."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid

from busyness.domain.errors import SettingsError, UnavailableError
from busyness.workflows.service.morning_letter import Letter
from busyness.workflows.service.settings import HERE, NoticeSettings

_SECONDS = 20.0
_IMPLICIT_TLS = 465


@dataclass(frozen=True)
class Mailbox:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: NoticeSettings, password: str) -> Mailbox:
        """This will return the mailbox of the settings. Raises ``SettingsError`` where they name no server or sender."""
        if not settings.mail_host or not settings.mail_from:
            raise SettingsError(
                "There is nobody to send mail through.", hint="Set notices.mail_host and notices.mail_from, or a folder."
            )
        return cls(settings.mail_host, settings.mail_port, settings.mail_from, settings.mail_user, password)


def send_mail(box: Mailbox, to: str, letter: Letter) -> None:
    """This will hand a letter in. Raises ``UnavailableError`` where the server does not take it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = box.sender, to, letter.subject
    message["Message-ID"] = make_msgid(domain=box.sender.rpartition("@")[2] or None)
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    try:
        with _connected(box) as server:
            if box.user:
                server.login(box.user, box.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        raise UnavailableError(
            f"The mail server {box.host} did not take the letter to {to}: {fault}.", hint="It is tried again later."
        ) from None


def _connected(box: Mailbox) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if box.port == _IMPLICIT_TLS:
        return smtplib.SMTP_SSL(box.host, box.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(box.host, box.port, timeout=_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif box.host not in HERE:
            raise smtplib.SMTPException("it offers no encryption")
    except BaseException:
        server.close()
        raise
    return server
