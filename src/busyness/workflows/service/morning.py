"""The morning report, sent once a local day of each world to whom the settings name: by mail, or into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from busyness.domain.clock import Clock
from busyness.domain.errors import BusynessError
from busyness.state.audit import AuditFilter
from busyness.state.deed import Deed
from busyness.state.store import State
from busyness.workflows.output import results
from busyness.workflows.service.alerts import alerts_of
from busyness.workflows.service.ask_now import ask_now
from busyness.workflows.service.ask_signals import ask_signals
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.mail import Mailbox, send_mail
from busyness.workflows.service.morning_letter import Letter, Reader, morning_letter, places_of
from busyness.workflows.service.refreshing import newest_counts
from busyness.workflows.service.settings import ServiceSettings, secret
from busyness.workflows.service.snapshot import Snapshot

SENT = "morning.sent"
"""The action in the audit log that says that a report was sent, or could not be."""
_AGAIN = timedelta(minutes=15)
_POSTED = timedelta(days=8)


@dataclass(frozen=True)
class Sent:
    """A report of a world that was sent to somebody (an address, or a folder), or why it could not be."""

    world: str
    to: str
    failed: str = ""


@dataclass(frozen=True)
class _Delivery:
    to: str
    reader: Reader
    hand: Callable[[Letter], None]


def send_mornings(
    settings: ServiceSettings, state: State, holder: Holder, *, now: datetime, anyway: bool = False
) -> tuple[Sent, ...]:
    """This will send what is due and was not sent yet; what failed is tried again after a quarter of an hour.

    ``now`` is the real time, for what is written down; each world has its own. ``anyway``: before its hour too, and again.
    Raises ``SettingsError`` where there are addresses and no mail server.
    """
    sent = []
    for world in holder.names:
        try:
            snapshot = holder.world(world)
        except BusynessError:
            continue
        local = holder.now(world).astimezone(ZoneInfo(snapshot.forecast.places[0].timezone))
        if not anyway and local.time() < time.fromisoformat(settings.morning.at):
            continue
        for each in _deliveries(settings, world, day=f"{local:%Y-%m-%d}"):
            mark = f"morning/{local:%Y-%m-%d}/{each.to}"
            if anyway or _due(state, world, mark, now=now):
                sent.append(_sent(state, holder, snapshot, each, mark=mark, now=now))
    return tuple(sent)


def send_once(settings: ServiceSettings, *, clock: Clock, anyway: bool = False) -> tuple[Sent, ...]:
    """This will open the settings' worlds and state, and send what is due."""
    holder = Holder(settings.worlds, clock=clock)
    holder.refresh()
    with State.open(secret("state_url") or settings.state) as state:
        return send_mornings(settings, state, holder, now=clock.now(), anyway=anyway)


def wanted(settings: ServiceSettings) -> bool:
    """This will say whether anybody is to get a morning report."""
    morning = settings.morning
    return bool(morning.folder or morning.mail_to or morning.recipients)


def _deliveries(settings: ServiceSettings, world: str, *, day: str) -> Iterator[_Delivery]:
    morning = settings.morning
    whole = Reader(role="admin", language=settings.language)
    if morning.folder is not None:
        folder = morning.folder / f"{day}-{world}"
        yield _Delivery(str(morning.folder), whole, lambda letter: _write(folder, letter))
    if not (morning.mail_to or morning.recipients):
        return
    box = Mailbox.of(settings.notices, secret("mail_password"))

    def mailed(to: str, reader: Reader) -> _Delivery:
        return _Delivery(to, reader, lambda letter: send_mail(box, to, letter))

    for to in morning.mail_to:
        yield mailed(to, whole)
    for one in morning.recipients:
        if not one.worlds or world in one.worlds:
            yield mailed(one.email, Reader(one.role, places_of(one.places), one.language or settings.language))


def _write(folder: Path, letter: Letter) -> None:
    with results(folder) as stage:
        (stage / "morning.txt").write_text(letter.text, "utf-8")
        (stage / "morning.html").write_text(letter.html, "utf-8")


def _due(state: State, world: str, mark: str, *, now: datetime) -> bool:
    """Whether it was not sent, and no attempt has failed a moment ago."""
    last = state.audit.list(AuditFilter(action=SENT, world=world, resource=mark), limit=1).items
    return not last or (last[0].outcome == "failed" and now - last[0].at >= _AGAIN)


def _sent(state: State, holder: Holder, snapshot: Snapshot, each: _Delivery, *, mark: str, now: datetime) -> Sent:
    failed = ""
    try:
        each.hand(_letter(state, holder, snapshot, each.reader))
    except (BusynessError, OSError) as fault:
        failed = str(fault)
    outcome = "failed" if failed else "done"
    after = {"why": failed} if failed else None
    state.audit.write(Deed(at=now, action=SENT, resource=mark, world=snapshot.world, outcome=outcome, after=after))
    return Sent(snapshot.world, each.to, failed)


def _letter(state: State, holder: Holder, snapshot: Snapshot, reader: Reader) -> Letter:
    now = holder.now(snapshot.world)
    known = None if reader.places is None else tuple(place for place in reader.places if place in snapshot.rows)
    reader = Reader(reader.role, known, reader.language)
    posted = newest_counts(state, snapshot.world, start=now - _POSTED, end=now + timedelta(days=1))
    standing = ask_now(snapshot, now, places=known, posted=posted)
    drift = ask_signals(snapshot, now, posted=posted, releases=holder.releases(snapshot.world))
    alerts = alerts_of(snapshot, standing, now=now, refusal=holder.refusals.get(snapshot.world), drift=drift)
    title = holder.settings[snapshot.world].titled(reader.language)
    return morning_letter(snapshot, reader, title=title, now=now, alerts=alerts)
