"""What goes on beside the answers: old rows go; morning reports, nightly forecasts and notices as the settings want."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from busyness.interfaces.api.service import Service
from busyness.state.retention import Retention
from busyness.workflows.service.mail import Mailbox
from busyness.workflows.service.morning import send_mornings, wanted
from busyness.workflows.service.notice_letters import mail_notices
from busyness.workflows.service.refreshing import refresh_due
from busyness.workflows.service.repeating import Repeating
from busyness.workflows.service.settings import secret
from busyness.workflows.service.webhook import Webhook, hand_on

_HOUR, _MINUTE, _SOON = 3600.0, 60.0, 5.0


@contextmanager
def beside(service: Service) -> Iterator[None]:
    """This will keep it going until the block ends.

    Raises ``SettingsError`` for a webhook or a mail server that cannot be used.
    """
    settings, state, holder = service.settings, service.state, service.holder
    at = settings.jobs.refresh_at
    over = threading.Event()  # nobody who waits between two attempts keeps the service from ending
    with ExitStack() as stack:

        def repeat(name: str, act: Callable[[], object], seconds: float) -> None:
            stack.callback(Repeating(name, act, seconds=seconds).close)

        keep = Retention(**settings.retention.model_dump())
        repeat("retention", lambda: state.prune(keep, now=service.now()), _HOUR)
        if wanted(settings):
            repeat("mornings", lambda: send_mornings(settings, state, holder, now=service.now()), _MINUTE)
        if at:
            repeat("nights", lambda: refresh_due(state, holder, service.jobs, at=at), _MINUTE)
        if settings.notices.webhook:
            hook = Webhook(settings.notices.webhook, secret("webhook_secret"))
            repeat("notices", lambda: hand_on(state, hook, clock=service.clock, wait=over.wait), _SOON)
        if settings.notices.mail:
            box, page = Mailbox.of(settings.notices, secret("mail_password")), settings.server.public_url
            repeat("letters", lambda: mail_notices(state, box, clock=service.clock, page=page), _SOON)
        stack.callback(over.set)
        yield
