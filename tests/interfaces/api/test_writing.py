"""What is written: overrides, counts, rosters and swaps, proposals, users and keys, models; each with its row in the log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from busyness.registry.releases import Releases
from busyness.state.audit import AuditFilter
from busyness.state.people import Profile
from busyness.state.proposals import NewProposal
from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings

from .conftest import Running, people_of, service_of, serving
from .worlds import NOON, ORIGIN, shops, write_world

SPAN = {"start": "2024-06-04T10:00:00-05:00", "end": "2024-06-04T12:00:00-05:00"}


def logged(running, action: str) -> object:
    return running.service.state.audit.list(AuditFilter(action=action), limit=1).items[0]


def test_an_override_stands_beside_the_models_word_until_it_is_withdrawn(started) -> None:
    running = started()
    with running.client("operations") as client:
        before = client.get("/v1/forecast?place=S1").json()["places"][0]
        made = client.post("/v1/overrides", json={"place": "S1", **SPAN, "value": 50, "reason": "fair in town"})
        assert made.status_code == 201
        after = client.get("/v1/forecast?place=S1").json()["places"][0]
        assert after["mean"] == before["mean"]
        first = after["times"].index("2024-06-04T10:00:00-05:00")
        assert after["override"][first - 1 : first + 3] == [None, 50, 50, None]
        assert logged(running, "override.add").after["reason"] == "fair in town"
        listed = client.get("/v1/overrides").json()["items"]
        assert listed[0]["model_mean"] == pytest.approx(sum(after["mean"][first : first + 2]) / 2, abs=1e-3)
        number = made.json()["id"]
        assert client.delete(f"/v1/overrides/{number}").json()["withdrawn_by"] == running.ids["operations"]
        assert client.delete(f"/v1/overrides/{number}").status_code == 409
        assert client.get("/v1/forecast?place=S1").json()["places"][0]["override"] == before["override"]
        for wrong in [{"value": 1, "factor": 2}, {}, {"value": -1}, {"factor": float("1e9")}]:
            body = {"place": "S1", **SPAN, "reason": "x", **wrong}
            assert client.post("/v1/overrides", json=body).status_code == 422
        backwards = {"place": "S1", "start": SPAN["end"], "end": SPAN["start"], "value": 1, "reason": "x"}
        assert client.post("/v1/overrides", json=backwards).status_code == 422
    with running.client("manager") as client:
        assert client.delete("/v1/overrides/99").status_code == 404


COUNTS = [
    {"place": "S1", "time": "2024-06-03T08:00:00-05:00", "demand": 31},
    {"place": "S2", "time": "2024-06-03T09:00", "demand": 7.5},
]
BAD = [
    ({"place": "S9", "time": "2024-06-03T08:00:00-05:00", "demand": 1}, "no place"),
    ({"place": "S1", "time": "2024-06-03T08:10:00-05:00", "demand": 1}, "begins at"),
    ({"place": "S1", "time": "2024-06-03T23:00:00-05:00", "demand": 1}, "not begun"),
    ({"place": "S1", "time": "yesterday", "demand": 1}, "not a time"),
    ({"place": "S1", "time": "2024-06-03T07:00:00-05:00", "demand": -1}, "not a count"),
    ({"place": "S1", "time": "2024-06-03T07:00:00-05:00", "demand": "many"}, "not a count"),
    ({"place": "S1", "time": "2024-06-03T07:00:00-05:00", "demand": True}, "not a count"),
    ({"time": "2024-06-03T07:00:00-05:00", "demand": 1}, "place is missing"),
    ({"place": "S1", "demand": 1}, "time is missing"),
    ({"place": "S1", "time": "2024-06-03T07:00:00-05:00", "value": 1}, "demand is missing"),
    ({"place": "S1", "time": "2024-06-03T08:00:00-05:00", "demand": 32}, "another value"),
]


def test_counts_are_checked_row_by_row_and_the_same_twice_is_one(started) -> None:
    running = started()
    with running.client("operations") as client:
        rows = [*COUNTS, *(row for row, _ in BAD)]
        told = client.post("/v1/observations", json={"items": rows}).json()
        assert (told["accepted"], told["unchanged"], len(told["rejected"])) == (2, 0, len(BAD))
        for rejected, (_, why) in zip(told["rejected"], BAD, strict=True):
            assert why in rejected["reason"]
            assert rejected["hint"]
        assert [rejected["row"] for rejected in told["rejected"]] == list(range(3, 3 + len(BAD)))
        again = client.post("/v1/observations", json={"items": COUNTS}).json()
        assert (again["accepted"], again["unchanged"]) == (0, 2)
        revised = client.post("/v1/observations", json={"items": [{**COUNTS[0], "demand": 40}]}).json()
        assert revised["revised"] == [{"place": "S1", "time": "2024-06-03T13:00:00Z", "before": 31, "after": 40}]
        seen = client.get("/v1/now?place=S1").json()["places"][0]["seen"]
        assert seen["observed"] == 40


def test_an_idempotency_key_answers_as_the_first_time(started) -> None:
    running = started()
    headers = {"Idempotency-Key": "run-1", "Content-Type": "text/csv"}
    table = "place,time,demand\nS1,2024-06-03T08:00:00-05:00,31\nS1,never,1\n"
    with running.client("operations") as client:
        first = client.post("/v1/observations", content=table, headers=headers).json()
        second = client.post("/v1/observations", content=table, headers=headers).json()
        assert (first["accepted"], len(first["rejected"]), first["repeated"]) == (1, 1, False)
        assert second == {**first, "repeated": True}
        other = client.post("/v1/observations", content=table.replace("31", "32"), headers=headers)
        assert other.status_code == 409
        headless = client.post("/v1/observations", content="a,b\n1,2\n", headers={"Content-Type": "text/csv"})
        assert "place" in headless.json()["detail"]
        for body in (b"[]", b"{}", b'{"items": 1}', b'{"items": [1]}', b"\xff", b'{"items": [], "more": 1}'):
            answer = client.post("/v1/observations", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 422


SHIFT = {
    "person": "ana",
    "start": "2024-06-04T09:00:00-05:00",
    "end": "2024-06-04T17:00:00-05:00",
    "detail": {"role": "till"},
}
THEIRS = {
    "person": "berta",
    "start": "2024-06-05T09:00:00-05:00",
    "end": "2024-06-05T17:00:00-05:00",
    "detail": {"role": "till"},
}


def published(running) -> httpx.Response:
    with running.client("manager") as client:
        week = {"place": "S1", "week": "2024-06-03", "based_on": 0, "shifts": [SHIFT, THEIRS]}
        saved = client.put("/v1/staffing/roster", json=week)
        assert (saved.status_code, saved.json()["version"], saved.json()["status"]) == (200, 1, "draft")
        assert client.put("/v1/staffing/roster", json=week).status_code == 409
        with running.client("staff") as ana:
            assert ana.get("/v1/my/shifts").json()["items"] == []
        return client.post("/v1/staffing/publish", json={"roster": saved.json()["id"]})


def test_a_published_roster_reaches_staff_and_their_telephones(started) -> None:
    running = started()
    answer = published(running)
    assert answer.json()["status"] == "published"
    assert logged(running, "roster.publish").place == "S1"
    with running.client("staff") as ana:
        mine = ana.get("/v1/my/shifts").json()["items"]
        assert [(one["place"], one["start"]) for one in mine] == [("S1", "2024-06-04T14:00:00Z")]
        notices = ana.get("/v1/my/notices?unread=true").json()["items"]
        assert [one["text"] for one in notices] == ["roster_published"]
        assert ana.post(f"/v1/my/notices/{notices[0]['id']}/read").json()["read_at"]
        assert ana.get("/v1/my/notices?unread=true").json()["items"] == []
        link = ana.post("/v1/my/calendar-link").json()["url"]
    calendar = httpx.get(link)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 1
    assert httpx.get(link[:-3] + "xyz").status_code == 404


def test_a_swap_is_asked_taken_and_approved_and_the_roster_follows(started) -> None:
    running = started()
    published(running)
    with running.client("staff") as ana, running.client("berta") as berta, running.client("manager") as manager:
        gift = {"start": SHIFT["start"], "end": SHIFT["end"], "colleague": "berta"}
        back = {"in_return_start": THEIRS["start"], "in_return_end": THEIRS["end"]}
        asked = ana.post("/v1/my/swaps?world=retail", json={**gift, **back})
        assert asked.status_code == 201, asked.text
        number = asked.json()["id"]
        assert ana.post("/v1/my/swaps?world=retail", json={**gift, "start": "2024-06-04T10:00:00-05:00"}).status_code == 409
        assert ana.post(f"/v1/my/swaps/{number}", json={"answer": "accept"}).status_code == 403
        assert berta.post(f"/v1/my/swaps/{number}", json={"answer": "withdraw"}).status_code == 403
        assert manager.post(f"/v1/swaps/{number}", json={"answer": "approve"}).status_code == 409
        assert berta.post(f"/v1/my/swaps/{number}", json={"answer": "accept"}).json()["status"] == "accepted"
        assert [one["id"] for one in manager.get("/v1/swaps?status=accepted").json()["items"]] == [number]
        assert manager.post(f"/v1/swaps/{number}", json={"answer": "approve"}).json()["status"] == "approved"
        assert [one["start"] for one in berta.get("/v1/my/shifts").json()["items"]] == ["2024-06-04T14:00:00Z"]
        assert [one["start"] for one in ana.get("/v1/my/shifts").json()["items"]] == ["2024-06-05T14:00:00Z"]
        assert {one["text"] for one in ana.get("/v1/my/notices").json()["items"]} == {
            "roster_published",
            "swap_accepted",
            "swap_approved",
        }
    assert running.service.state.audit.verify().broken is None


def test_whom_i_can_ask_are_those_who_work_there_by_name(started) -> None:
    running = started()
    with running.client("staff") as ana, running.client("admin") as admin:
        assert ana.get("/v1/my/colleagues").json()["items"] == [], "without shifts nobody is a colleague"
        assert admin.get("/v1/my/colleagues").status_code == 403
    named = THEIRS | {"detail": {"role": "till", "name": "Berta Ruiz", "cost": 55.0}}
    with running.client("operations") as client:
        for place, shifts in (("S1", [SHIFT, named]), ("S2", [THEIRS | {"person": "carla"}])):
            week = {"place": place, "week": "2024-06-03", "based_on": 0, "shifts": shifts}
            saved = client.put("/v1/staffing/roster", json=week).json()
            client.post("/v1/staffing/publish", json={"roster": saved["id"]})
    with running.client("staff") as ana:
        there = ana.get("/v1/my/colleagues").json()["items"]
        assert there == [{"world": "retail", "place": "S1", "person": "berta", "name": "Berta Ruiz"}]
        gift = {"start": SHIFT["start"], "end": SHIFT["end"]}
        for stranger in ("carla", "bertha"):
            answer = ana.post("/v1/my/swaps?world=retail", json={**gift, "colleague": stranger})
            assert (answer.status_code, answer.json()["field"]) == (422, "body.colleague")
        assert "berta" in answer.json()["hint"]


def test_what_is_asked_of_everybody_is_seen_and_taken_by_those_who_work_there(started) -> None:
    running = started()
    published(running)
    person = running.service.state.people.create(
        Profile(name="Carla", role="staff", person="carla"), now=running.service.now()
    )
    running.keys["carla"] = running.service.state.keys.create(person.id, now=running.service.now())[1]
    with running.client("staff") as ana, running.client("berta") as berta, running.client("carla") as carla:
        gift = {"start": SHIFT["start"], "end": SHIFT["end"]}
        number = ana.post("/v1/my/swaps?world=retail", json=gift).json()["id"]
        assert [one["id"] for one in berta.get("/v1/my/swaps").json()["items"]] == [number]
        assert carla.get("/v1/my/swaps").json()["items"] == []
        assert carla.post(f"/v1/my/swaps/{number}", json={"answer": "accept"}).status_code == 403
        no = berta.post(f"/v1/my/swaps/{number}", json={"answer": "refuse"})
        assert no.status_code == 409, "one person's no does not close it for the others"
        assert berta.post(f"/v1/my/swaps/{number}", json={"answer": "accept"}).json()["status"] == "accepted"
        told = [one["text"] for one in ana.get("/v1/my/notices").json()["items"]]
        assert told == ["swap_accepted", "roster_published"]


def test_of_two_answers_to_a_proposal_one_counts(started) -> None:
    running = started()
    new = NewProposal(world="retail", place="S1", reference="r1", kind="call", content={"people": 1})
    offered = running.service.state.proposals.offer(new, now=NOON)
    with running.client("manager") as manager, running.client("operations") as other:
        assert [one["id"] for one in manager.get("/v1/now").json()["proposals"]] == [offered.id]
        assert manager.post(f"/v1/intraday/{offered.id}", json={"answer": "accept"}).json()["status"] == "accepted"
        assert other.post(f"/v1/intraday/{offered.id}", json={"answer": "refuse"}).status_code == 409
        done = other.post(f"/v1/intraday/{offered.id}/outcome", json={"people": 1, "cost": -12.5})
        assert done.json()["outcome"]["cost"] == -12.5
        assert manager.post("/v1/intraday/99", json={"answer": "accept"}).status_code == 404


def test_users_and_keys_are_made_changed_rotated_and_ended(started) -> None:
    running = started()
    with running.client("admin") as admin:
        made = admin.post("/v1/users", json={"name": "Luz", "role": "operations", "places": ["S3"], "person": "luz"}).json()
        key = admin.post("/v1/keys", json={"principal": made["id"], "label": "till"}).json()
        luz = {"Authorization": f"Bearer {key['key']}"}
        assert httpx.get(f"{running.url}/v1/places", headers=luz).json()["items"][0]["place"] == "S3"
        changed = {"name": "Luz", "role": "operations", "places": ["S4"]}
        assert admin.put(f"/v1/users/{made['id']}", json=changed).status_code == 200
        assert httpx.get(f"{running.url}/v1/places", headers=luz).json()["items"][0]["place"] == "S4"
        turned = admin.post(f"/v1/keys/{key['id']}/rotate", json={"grace_hours": 0}).json()
        assert httpx.get(f"{running.url}/v1/me", headers=luz).status_code == 401
        fresh = {"X-API-Key": turned["key"]}
        assert httpx.get(f"{running.url}/v1/me", headers=fresh).status_code == 200
        assert admin.delete(f"/v1/keys/{turned['id']}").status_code == 200
        assert httpx.get(f"{running.url}/v1/me", headers=fresh).status_code == 401
        assert "key" not in admin.get("/v1/keys").json()["items"][0]
        link = admin.post(f"/v1/users/{made['id']}/login-link").json()["url"]
        assert httpx.get(link).headers["location"] == "/"
        audit = admin.get("/v1/audit?limit=1000").text
        assert key["key"] not in audit
        assert turned["key"].split("_", 2)[-1] not in audit  # a secret may hold an underscore itself
        assert admin.get(f"/v1/privacy/{made['id']}").json()["kept"]["principals"][0]["name"] == "Luz"
        assert admin.delete(f"/v1/privacy/{made['id']}").json()["principals"] == [made["id"]]
        assert "Luz" not in admin.get("/v1/users").text


def test_a_release_is_promoted_and_rolled_back_while_it_is_asked(tmp_path: Path) -> None:
    world, releases = tmp_path / "retail", Releases(tmp_path / "retail")
    ids = []
    for number in (1, 2):
        folder = write_world(tmp_path / f"run{number}", shops(model=f"model-{number}"), noun="visitors", made_at=ORIGIN)
        ids.append(releases.add(folder, now=datetime(2024, 6, 3, 6, number, tzinfo=UTC)))
    releases.promote(ids[0], by="test", why="first", now=NOON - timedelta(hours=1))
    settings = ServiceSettings(
        worlds=(WorldSettings(name="retail", folder=world),), security=SecuritySettings(requests_per_minute=0)
    )
    service = service_of(settings, tmp_path)
    keys, user_ids = people_of(service)
    with serving(service) as url:
        running = Running(service, url, keys, user_ids)
        with running.client("admin") as admin:
            first = admin.get("/v1/forecast?place=S1")
            assert first.json()["meta"]["model_version"] == "model-1"
            assert admin.post(f"/v1/models/{ids[1]}/promote", json={"why": "better"}).status_code == 422
            told = admin.post(f"/v1/models/{ids[1]}/promote", json={"why": "better", "confirm": True})
            assert (told.json()["serving"], told.json()["champion"]["why"]) == (ids[1], "better")
            second = admin.get("/v1/forecast?place=S1", headers={"If-None-Match": first.headers["etag"]})
            assert second.json()["meta"]["model_version"] == "model-2"
            assert admin.post(f"/v1/models/{ids[1]}/promote", json={"why": "again", "confirm": True}).status_code == 409
            back = admin.post("/v1/models/rollback", json={"why": "worse", "confirm": True})
            assert back.json()["serving"] == ids[0]
            assert admin.get("/v1/forecast?place=S1").content == first.content
            assert admin.get(f"/v1/models/{ids[1]}/card").json() == {"release": ids[1], "card": None}
            assert admin.get("/v1/models").json()["releases"] == ids
    assert logged(running, "model.promote").before == {"release": ids[1]}
    service.state.close()


def test_the_gate_stands_before_the_routes_that_promote_too(tmp_path: Path) -> None:
    world, releases = tmp_path / "retail", Releases(tmp_path / "retail")
    ids = []
    for number, scale in ((1, 1.0), (2, 1.5), (3, 400.0)):
        said = shops(model=f"model-{number}", scale=scale)
        folder = write_world(tmp_path / f"run{number}", said, noun="visitors", made_at=ORIGIN)
        ids.append(releases.add(folder, now=datetime(2024, 6, 3, 6, number, tzinfo=UTC)))
    for number in (0, 1):
        releases.promote(ids[number], by="test", why="in turn", now=NOON - timedelta(hours=2 - number))
    service = service_of(
        ServiceSettings(
            worlds=(WorldSettings(name="retail", folder=world),), security=SecuritySettings(requests_per_minute=0)
        ),
        tmp_path,
    )
    keys, user_ids = people_of(service)
    with serving(service) as url, Running(service, url, keys, user_ids).client("admin") as admin:
        before = releases.champion()
        refused = admin.post(f"/v1/models/{ids[2]}/promote", json={"why": "bigger", "confirm": True})
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert "A busy slot is expected to have" in refused.json()["detail"]
        (releases.folder(ids[0]) / "paths.npz").write_bytes(b"")
        back = admin.post("/v1/models/rollback", json={"why": "worse", "confirm": True})
        assert back.status_code == 409
        (releases.folder(ids[0]) / "model").mkdir()
        card = admin.get(f"/v1/models/{ids[0]}/card")
        assert card.status_code == 503
        assert f"release '{ids[0]}'" in card.json()["detail"]
        assert str(tmp_path) not in card.text
        assert f"release '{ids[0]}'" in back.json()["detail"]
        assert str(tmp_path) not in back.text
        assert releases.champion() == before
        assert admin.get("/v1/models").json()["serving"] == ids[1]
        assert admin.get("/v1/models").json()["refused"] is None
    service.state.close()


def test_whoever_watches_is_told_of_a_refused_release_by_its_name_and_not_its_folder(tmp_path: Path) -> None:
    world, releases = tmp_path / "retail", Releases(tmp_path / "retail")
    folder = write_world(tmp_path / "run", shops(), noun="visitors", made_at=ORIGIN)
    release = releases.add(folder, now=NOON)
    releases.promote(release, by="test", why="first", now=NOON)
    (releases.folder(release) / "paths.npz").write_bytes(b"")
    service = service_of(
        ServiceSettings(
            worlds=(WorldSettings(name="retail", folder=world), WorldSettings(name="none", folder=tmp_path / "none"))
        ),
        tmp_path,
    )
    with serving(service) as url:
        answer = httpx.get(f"{url}/v1/health/ready")
    assert answer.status_code == 503
    told = {one["world"]: one["refused"] for one in answer.json()["worlds"]}
    assert f"release '{release}'" in told["retail"]
    assert "world 'none'" in told["none"]
    assert str(tmp_path) not in answer.text
    service.state.close()
