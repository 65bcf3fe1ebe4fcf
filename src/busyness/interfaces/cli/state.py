"""``busyness state``: users, keys, and the care of what the service keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.domain.clock import SystemClock
from busyness.domain.errors import InputError
from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow

app = typer.Typer(help="Users and keys of the service; backup, restore and check of what it keeps.", no_args_is_help=True)
users = typer.Typer(help="Who may come in, as what, and for which places.", no_args_is_help=True)
keys = typer.Typer(help="API keys: shown once, kept as a digest, replaced without a gap.", no_args_is_help=True)
app.add_typer(users, name="users")
app.add_typer(keys, name="keys")

State = Annotated[
    str,
    typer.Option(
        "--state", envvar=["BUSYNESS_STATE", "BUSYNESS_STATE_URL"],
        help="File or URL: busyness-state.db, postgresql+psycopg://user:password@host/database.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
User = Annotated[str, typer.Argument(help="Id of a user: u_…", show_default=False)]
Person = Annotated[str, typer.Argument(help="Id of a user (u_…), or who they are in rosters.", show_default=False)]
KeyId = Annotated[str, typer.Argument(help="The eight characters after bk_.", show_default=False)]
_HERE = "sqlite:///busyness-state.db"
_BROKEN = 2


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="Written whole or not at all.", show_default=False)],
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Write everything into one file, while the service goes on. It holds names: keep it as safe as the state.

    Example: busyness state backup monday.zip
    """
    rows = _accounts().backup(state, file, now=_now())
    _told({"file": str(file), "tables": rows}, f"{_rows(rows)} written to {file}.", as_json=as_json)


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="What backup wrote, in either database.", show_default=False)],
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Fill a new file or an empty database from a backup: all of it or nothing, and never over something.

    Example: busyness state restore monday.zip --state postgresql+psycopg://ann:secret@host/busyness
    """
    rows, chain = _accounts().restore(state, file, now=_now())
    facts = {"file": str(file), "tables": rows, "audit": _chain(chain)}
    _told(facts, f"{_rows(rows)} restored. {_chain_words(chain)}", as_json=as_json)


@app.command("check")
def check(
    state: State = _HERE,
    head: Annotated[Optional[str], typer.Option(help="A head that an earlier check printed: it has to be there.")] = None,
    as_json: Json = False,
) -> None:
    """Bring the tables up to date and look at every row of the audit log. Exit code 2 where one was changed.

    Note the head somewhere else: with --head a later check also sees whether rows were cut off at the end.

    Example: busyness state check --head 7bbab96186ea…
    """
    found = _accounts().check(state, head=head)
    facts = {"revision": found.revision, "users": found.users, "audit": _chain(found.audit)}
    words = f"Tables: revision {found.revision}. Users: {found.users:,}. {_chain_words(found.audit)}"
    _told(facts, words, as_json=as_json)
    if found.audit.broken is not None:
        raise typer.Exit(_BROKEN)


@app.command("export")
def export(person: Person, state: State = _HERE) -> None:
    """Print all that is kept of a person as JSON, for them to take along. A running service does the same on its page Admin.

    Example: busyness state export u_6f1c2a9b04d7 > ann.json
    """
    show.as_json({"person": person, "kept": _accounts().export_person(state, person, now=_now())})


@app.command("erase")
def erase(
    person: Person,
    sure: Annotated[bool, typer.Option("--yes", help="It cannot be undone: say that you mean it.")] = False,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Put a pseudonym in a person's place everywhere and lock them out. Delete older backups too: they still hold the name.

    Example: busyness state erase u_6f1c2a9b04d7 --yes
    """
    if not sure:
        raise InputError("Erasing cannot be undone.", hint=f"Export first, then: busyness state erase {person} --yes")
    done = _accounts().erase_person(state, person, now=_now())
    facts = {"pseudonym": done.pseudonym, "users": list(done.principals), "audit_rows": done.audit_rows}
    words = f"Erased: {done.pseudonym} stands in their place; {done.audit_rows:,} rows of the audit log lost a field."
    _told(facts, words, as_json=as_json)


@users.command("list")
def list_users(
    role: Annotated[Optional[str], typer.Option(help="Only those of this role.")] = None,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """List the users by name, the locked out too.

    Example: busyness state users list --role staff
    """
    found = _accounts().list_users(state, role=role)
    if as_json:
        show.as_json({"users": [_user(one) for one in found]})
        return
    rows = [(one.id, one.name, one.role, _few(one.worlds), _few(one.places), one.person, one.disabled) for one in found]
    show.table("", ("user", "name", "role", "worlds", "places", "person", "locked out"), rows)


@users.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="As it is shown.", show_default=False)],
    role: Annotated[str, typer.Option(help="operations, inventory, finance, marketing, logistics, staff or admin.")],
    world: Annotated[Optional[list[str]], typer.Option(help="Sees this world; again for more. Default: all.")] = None,
    place: Annotated[Optional[list[str]], typer.Option(help="Sees this place; again for more. Default: all.")] = None,
    person: Annotated[Optional[str], typer.Option(help="Who they are in rosters: their own shifts.")] = None,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    email: Annotated[Optional[str], typer.Option(help="For the morning mail and notices.")] = None,
    subject: Annotated[
        Optional[str], typer.Option(help="Issuer and subject of a sign-in elsewhere: ISSUER|SUBJECT.")
    ] = None,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Add a user. The state is made where there is none. A key is given by: busyness state keys add USER.

    Example: busyness state users add "Ann Lee" --role operations --place S1 --place S2
    """
    work = _accounts()
    said = {"worlds": world or (), "places": place or (), "person": person, "language": language}
    made = work.add_user(state, work.profile(name, role, **said, email=email, subject=subject), now=_now())
    _told({"user": _user(made)}, f"Added {made.name} ({made.role}): {made.id}", as_json=as_json)


@users.command("disable")
def disable_user(
    user: User,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Lock a user out at once: keys, sessions and links. What they did stays.

    Example: busyness state users disable u_b8d2d56ea461
    """
    changed = _accounts().disable_user(state, user, disabled=not undo, now=_now())
    words = f"{changed.name} is {'locked out' if changed.disabled else 'let in again'}."
    _told({"user": _user(changed)}, words, as_json=as_json)


@keys.command("list")
def list_keys(
    user: Annotated[Optional[str], typer.Option(help="Only those of this user.")] = None,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """List the keys, the oldest first; their secrets are nowhere.

    Example: busyness state keys list --user u_b8d2d56ea461
    """
    found = _accounts().list_keys(state, user=user)
    if as_json:
        show.as_json({"keys": [_key(one) for one in found]})
        return
    rows = [
        (one.id, one.principal, one.label, *map(_day, (one.created_at, one.expires_at, one.revoked_at, one.last_used_at)))
        for one in found
    ]
    show.table("", ("key", "user", "label", "made", "ends", "revoked", "last used"), rows)


@keys.command("add")
def add_key(
    user: User,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[Optional[int], typer.Option(min=1, max=36500, help="How long it works. Default: for ever.")] = None,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Make a key for a user and print it, this once.

    Example: busyness state keys add u_b8d2d56ea461 --label till --days 90
    """
    _shown(*_accounts().add_key(state, user, label=label, days=days, now=_now()), as_json=as_json)


@keys.command("rotate")
def rotate_key(
    key: KeyId,
    grace: Annotated[float, typer.Option(min=0, max=8760, help="Hours that the old key still works.")] = 24,
    state: State = _HERE,
    as_json: Json = False,
) -> None:
    """Put a new key in a key's place and print it, this once.

    Example: busyness state keys rotate rex4uiva --grace 2
    """
    _shown(*_accounts().rotate_key(state, key, grace=timedelta(hours=grace), now=_now()), as_json=as_json)


@keys.command("revoke")
def revoke_key(key: KeyId, state: State = _HERE, as_json: Json = False) -> None:
    """End a key at once; a running service follows within seconds.

    Example: busyness state keys revoke rex4uiva
    """
    gone = _accounts().revoke_key(state, key, now=_now())
    _told({"key": _key(gone)}, f"The key {gone.id} is revoked.", as_json=as_json)


def _accounts() -> Any:  # noqa: ANN401  # the workflow's module
    return workflow("service.accounts")


def _now() -> datetime:
    return SystemClock().now()


def _told(facts: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(facts)
    else:
        show.say(words)


def _shown(key: Any, text: str, *, as_json: bool) -> None:  # noqa: ANN401  # state.keys.Key
    """Print a key's text where only the one who asked sees it."""
    if not as_json:
        show.notes(["This is shown once; keep it like a password."])
    _told({"key": _key(key), "text": text}, text, as_json=as_json)


def _user(user: Any) -> dict[str, Any]:  # noqa: ANN401  # state.people.Principal
    names = ("id", "name", "role", "worlds", "places", "person", "language", "email", "disabled", "created_at")
    return {name: getattr(user, name) for name in names}


def _key(key: Any) -> dict[str, Any]:  # noqa: ANN401  # state.keys.Key
    names = ("id", "principal", "label", "created_at", "expires_at", "revoked_at", "last_used_at", "replaced_by")
    return {name: getattr(key, name) for name in names}


def _chain(chain: Any) -> dict[str, Any]:  # noqa: ANN401  # state.chain.Chain
    return {name: getattr(chain, name) for name in ("rows", "redacted", "head", "broken", "why")}


def _chain_words(chain: Any) -> str:  # noqa: ANN401  # state.chain.Chain
    if chain.broken is not None:
        return f"The audit log is broken at row {chain.broken:,}: {chain.why}."
    head = f" Head: {chain.head}" if chain.head else ""
    return f"The audit log is whole: {chain.rows:,} rows.{head}"


def _rows(rows: dict[str, int]) -> str:
    return f"{sum(rows.values()):,} rows of {len(rows)} tables"


def _few(names: tuple[str, ...] | None) -> str:
    return "all" if names is None else ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _day(moment: Any) -> str | None:  # noqa: ANN401  # datetime or none
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M}"
