"""The same tests on SQLite and on PostgreSQL: each gets a database of its own, a copy of one that was made once."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from busyness.state.deed import Deed
from busyness.state.notices import NewNotice
from busyness.state.observations import Count, Post
from busyness.state.overrides import NewOverride
from busyness.state.people import Principal, Profile
from busyness.state.proposals import NewProposal
from busyness.state.rosters import RosterEdit, RosterShift
from busyness.state.schema import METADATA
from busyness.state.store import State
from busyness.state.swaps import NewSwap
from busyness.testing.clock import NOON

_NUMBERS = itertools.count(1)


class Server:
    """Databases on a real PostgreSQL. They are used again: making one copies megabytes."""

    def __init__(self, address: sa.URL) -> None:
        self.address, self.engine = (
            address,
            sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool),
        )
        self.idle: dict[bool, list[str]] = {False: [], True: []}

    def take(self, *, filled: bool) -> str:
        """A database, without a table or with all of them."""
        if self.idle[filled]:
            return self.idle[filled].pop()
        name = f"state_{next(_NUMBERS)}"
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        url = self.address.set(database=name).render_as_string(hide_password=False)
        if filled:
            State.open(url).close()
        return url

    def give_back(self, url: str, *, filled: bool) -> None:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
        names = ", ".join(METADATA.tables)
        emptied = f"TRUNCATE {names} RESTART IDENTITY" if filled else "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        with engine.begin() as connection:
            connection.exec_driver_sql(emptied)
        self.idle[filled].append(url)


@pytest.fixture(scope="session")
def server(postgres: str) -> Iterator[Server]:
    made = Server(sa.make_url(f"postgresql+psycopg://{postgres}"))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row."""
    file = tmp_path_factory.mktemp("pattern") / "state.db"
    State.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lent(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """URLs of databases of the kind that is tested; they are given back at the end."""
    taken: list[tuple[str, bool]] = []

    def lend(*, filled: bool) -> str:
        if kind == "postgresql":
            taken.append((request.getfixturevalue("server").take(filled=filled), filled))
            return taken[-1][0]
        file = tmp_path / f"state{next(_NUMBERS)}.db"
        if filled:
            shutil.copy(request.getfixturevalue("pattern"), file)
        return f"sqlite:///{file}"

    yield lend
    for url, filled in taken:
        request.getfixturevalue("server").give_back(url, filled=filled)


@pytest.fixture
def empty(lent: Callable[..., str]) -> Callable[[], str]:
    """URLs of databases without a table."""
    return lambda: lent(filled=False)


@pytest.fixture
def fresh(lent: Callable[..., str]) -> Callable[[], str]:
    """URLs of databases with all tables and no row."""
    return lambda: lent(filled=True)


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    return fresh()


@pytest.fixture
def state(url: str) -> Iterator[State]:
    with State.open(url) as opened:
        yield opened


@pytest.fixture
def undone() -> Callable[[State], AbstractContextManager[sa.Connection]]:
    """A transaction that is broken off at its end."""

    @contextmanager
    def broken_off(state: State) -> Iterator[sa.Connection]:
        with suppress(ZeroDivisionError), state.transaction() as connection:
            yield connection
            raise ZeroDivisionError

    return broken_off


@pytest.fixture
def ann(state: State) -> Principal:
    """An admin."""
    return state.people.create(Profile(name="Ann", role="admin"), now=NOON)


@pytest.fixture
def ben(state: State) -> Principal:
    """A member of staff, E7 in the rosters of one store."""
    profile = Profile(name="Ben Ortiz", role="staff", places=("S1",), person="E7", email="ben@shop.example", language="es")
    return state.people.create(profile, now=NOON)


@pytest.fixture
def busy(state: State, ann: Principal, ben: Principal) -> State:
    """A state with rows in every table, some of which mention Ben Ortiz, E7, ben@shop.example."""
    hour = timedelta(hours=1)
    state.keys.create(ben.id, now=NOON, label="Ben Ortiz's phone", expires_at=NOON + hour)
    state.sessions.redeem(state.sessions.link(ben.id, now=NOON), now=NOON)
    state.sessions.link(ann.id, now=NOON)
    state.calendar_links.create(ben.id, now=NOON)
    said = ((NOON, 10.0), (NOON + hour, 12.5))
    parade = NewOverride(
        world="retail", place="S1", start=NOON, end=NOON + 2 * hour, factor=1.1, reason="ben ortiz says: a parade",
        by=ben.id, model_version="m1", model_values=said,
    )  # fmt: skip
    state.overrides.score(state.overrides.add(parade, now=NOON).id, {NOON: 11.0}, now=NOON + 3 * hour)
    shifts = (
        RosterShift("E7", NOON, NOON + hour, {"instead_of": "E8"}),
        RosterShift("E8", NOON, NOON + hour, {"colleague": "E7", "note": "covers for Ben Ortiz"}),
    )
    edit = RosterEdit(
        world="retail", place="S1", week=NOON.date(), shifts=shifts, based_on=0, by=ann.id, note="Ben Ortiz is back"
    )
    state.rosters.publish(state.rosters.save(edit, now=NOON).id, by=ann.id, now=NOON)
    for person, colleague in (("E7", "E8"), ("E8", "E7")):
        swap = NewSwap(
            world="retail",
            place="S1",
            person=person,
            start=NOON,
            end=NOON + hour,
            colleague=colleague,
            message="Ben Ortiz asks",
        )
        state.swaps.ask(swap, now=NOON)
    offer = NewProposal(world="retail", place="S1", reference="r1", kind="call_in", content={"person": "E7", "heads": 2})
    state.proposals.record(state.proposals.offer(offer, now=NOON).id, {"words": "Ben Ortiz came"}, now=NOON)
    counts = (Count("S1", NOON, 5.0, NOON), Count("S1", NOON + hour, 0.1, NOON))
    post = Post(
        world="retail",
        source="Ben Ortiz",
        by=ben.id,
        counts=counts,
        rejected=({"row": 1, "reason": "x"},),
        idempotency_key="k",
    )
    state.observations.post(post, now=NOON)
    state.notices.send(NewNotice(text="swap_approved", person="E7", details={"name": "Ben Ortiz"}), now=NOON)
    shared = state.notices.send(NewNotice(text="sick", role="staff", place="S1", details={"name": "Ben Ortiz"}), now=NOON)
    state.notices.read(shared.id, reader=ben, now=NOON)
    state.audit.write(
        Deed(
            at=NOON, action="users.add", principal=ann.id, resource=f"users/{ben.id}", address="192.0.2.1",
            after={"name": "Ben Ortiz", "email": "BEN@shop.example", "person": "E7"},
        )
    )  # fmt: skip
    state.audit.write(Deed(at=NOON, action="my_shifts.read", principal=ben.id, resource="person/E7", address="192.0.2.7"))
    state.audit.write(Deed(at=NOON, action="overrides.add", principal=ann.id, resource="overrides/7", before={"value": 7}))
    return state


@pytest.fixture
def held() -> Callable[[State], dict[str, list[tuple[object, ...]]]]:
    """Every row of every table."""

    def read(state: State) -> dict[str, list[tuple[object, ...]]]:
        with state.database.reading() as connection:
            return {
                name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
                for name, table in METADATA.tables.items()
            }

    return read
