"""Notices by e-mail: each reader with an address gets theirs once, in their language; an outage is waited out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from html import escape

from busyness.domain.clock import Clock
from busyness.domain.errors import UnavailableError
from busyness.state.audit import AuditFilter
from busyness.state.deed import Deed
from busyness.state.notices import Notice
from busyness.state.people import Principal
from busyness.state.store import State
from busyness.workflows.service.mail import Mailbox, send_mail
from busyness.workflows.service.morning_letter import Letter

REACHED, MAILED = "notice.mailed", "notice.mailed_to"
"""The actions in the audit log: up to which notice all are through, and who has got which."""
GIVES_UP = timedelta(days=1)
"""After that a notice is no news, and a wrong address holds nobody up."""

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "roster_published": "Your shifts for the week of {week} are published.",
        "roster_changed": "Your shifts have changed.",
        "swap_accepted": "Your colleague takes your shift, once the manager agrees.",
        "swap_refused": "Your colleague cannot take your shift.",
        "swap_approved": "Your swap is approved.",
        "swap_declined": "Your swap was declined.",
        "swap_asked": "A colleague asks you to swap.",
    },
    "es": {
        "roster_published": "Sus turnos de la semana del {week} están publicados.",
        "roster_changed": "Sus turnos han cambiado.",
        "swap_accepted": "Su compañero o compañera coge su turno, cuando el responsable lo apruebe.",
        "swap_refused": "Su compañero o compañera no puede coger su turno.",
        "swap_approved": "Su cambio está aprobado.",
        "swap_declined": "Su cambio se ha denegado.",
        "swap_asked": "Un compañero o compañera le pide un cambio.",
    },
}
_MORE = {"en": "Look at it in Busyness", "es": "Véalo en Busyness"}


def mail_notices(state: State, box: Mailbox, *, clock: Clock, page: str = "") -> int:
    """This will mail the notices that are new, oldest first, and return how many letters went out.

    ``page`` is the service's address, for a link. The first time begins with the next notice.

    Raises:
        UnavailableError: a letter was not taken; it is tried again next time, for a day.

    """
    last = state.audit.list(AuditFilter(action=REACHED), limit=1).items
    if not last:
        _note(state, REACHED, f"notices/{state.notices.newest()}", clock, after={"notice": state.notices.newest()})
        return 0
    reached, sent, failed = int((last[0].after or {})["notice"]), 0, None
    for notice in state.notices.after(reached):
        late = clock.now() - notice.at > GIVES_UP
        for reader in _readers(state, notice):
            try:
                sent += _mailed(state, box, notice, reader, clock=clock, page=page)
            except UnavailableError as fault:
                failed = failed if late else failed or fault
        if failed is None:
            _note(state, REACHED, f"notices/{notice.id}", clock, after={"notice": notice.id})
    if failed is not None:
        raise failed
    return sent


def letter_of(notice: Notice, reader: Principal, *, page: str = "") -> Letter:
    """This will write a notice as a letter to one reader."""
    language = "es" if reader.language == "es" else "en"
    sentence = SENTENCES[language].get(notice.text, notice.text).format_map(_Gaps(notice.details))
    place = str(notice.details.get("place") or notice.place or "")
    where = f"{page.rstrip('/')}/my-shifts" if page else ""
    lines = [sentence, *([place] if place else [])]
    text = "\n".join([*lines, *([f"{_MORE[language]}: {where}"] if where else [])]) + "\n"
    link = f"<p><a href='{escape(where, quote=True)}'>{_MORE[language]}</a></p>" if where else ""
    html = (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'><title>{escape(sentence)}</title></head>"
        f"<body style='font-family:sans-serif'>{''.join(f'<p>{escape(line)}</p>' for line in lines)}{link}</body></html>\n"
    )
    return Letter(sentence, text, html)


class _Gaps(dict[str, object]):
    """What a notice does not say leaves its gap empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _readers(state: State, notice: Notice) -> Iterator[Principal]:
    """Those it is for who have an address and are not locked out."""
    for one in _addressed(state, notice):
        seen = (one.worlds is None or notice.world in {None, *one.worlds}) and (
            one.places is None or notice.place in {None, *one.places}
        )
        if one.email and not one.disabled and (notice.person is not None or seen):
            yield one


def _addressed(state: State, notice: Notice) -> Iterator[Principal]:
    if notice.person is not None:
        yield from state.people.by_person(notice.person)
        return
    cursor: str | None = None
    while True:
        page = state.people.list(role=notice.role, limit=500, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _mailed(state: State, box: Mailbox, notice: Notice, reader: Principal, *, clock: Clock, page: str) -> int:
    mark = f"notices/{notice.id}/{reader.id}"
    if state.audit.list(AuditFilter(action=MAILED, resource=mark), limit=1).items:
        return 0
    send_mail(box, str(reader.email), letter_of(notice, reader, page=page))
    _note(state, MAILED, mark, clock)
    return 1


def _note(state: State, action: str, resource: str, clock: Clock, *, after: Mapping[str, object] | None = None) -> None:
    state.audit.write(Deed(at=clock.now(), action=action, resource=resource, after=dict(after) if after else None))
