"""The routes without a browser: the shell, languages, caching, sizes, and that no page needs what its policy forbids."""

from __future__ import annotations

import gzip
import re

import pytest

pytest.importorskip("starlette")

from starlette.applications import Starlette
from starlette.testclient import TestClient

from busyness.interfaces.dashboard.assets import assets
from busyness.interfaces.dashboard.colours import contrast
from busyness.interfaces.dashboard.pages import dashboard_routes
from busyness.interfaces.dashboard.sections import SECTIONS
from busyness.reports.palette import DARK, LIGHT

MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=dashboard_routes()))


@pytest.mark.parametrize("path", ["/", *SECTIONS.values(), "/signin"])
def test_every_page_has_a_title_a_policy_and_nothing_inline(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "<h1" in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page.text)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [("es-ES,es;q=0.9", "", "es"), ("fr,de", "", "en"), ("en-GB", "es", "es"), ("es", "<script>", "es"), ("", "", "en")],
)
def test_the_language_is_the_chosen_one_or_the_browsers(
    client: TestClient, accepted: str, chosen: str, language: str
) -> None:
    headers = {"accept-language": accepted} | ({"cookie": f"busyness_language={chosen}"} if chosen else {})
    assert f'<html lang="{language}"' in client.get("/today", headers=headers).text


def test_a_theme_is_remembered_and_nothing_else_gets_into_the_page(client: TestClient) -> None:
    assert 'data-theme="dark"' in client.get("/", headers={"cookie": "busyness_theme=dark"}).text
    assert "data-theme" not in client.get("/", headers={"cookie": 'busyness_theme="><b>'}).text


def test_files_are_kept_forever_at_an_address_that_changes_with_them(client: TestClient) -> None:
    address = assets().url("js/dashboard.js")
    found = client.get(address)
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["content-type"].startswith("text/javascript")
    assert client.get(address, headers={"if-none-match": found.headers["etag"]}).status_code == 304
    assert client.get("/static/older/js/dashboard.js").headers["cache-control"] == "no-cache"
    assert client.get(assets().url("js/../pages.py")).status_code == 404
    assert client.get(assets().url("nothing.js")).status_code == 404


def test_files_are_packed_once_and_sent_so_to_whoever_takes_it(client: TestClient) -> None:
    address = assets().url("style.css")
    with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
        sent = b"".join(answer.iter_raw())
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert sent == assets().files["style.css"].packed
    assert gzip.decompress(sent) == plain.content
    assert sum(len(asset.packed) for asset in assets().files.values()) < 120_000


@pytest.mark.parametrize("section", SECTIONS)
def test_a_page_names_every_module_it_will_need_at_once(client: TestClient, section: str) -> None:
    named = set(re.findall(r'modulepreload" href="/static/\w+/([^"]+)"', client.get(SECTIONS[section]).text))
    assert f"js/sections/{section}.js" in named
    assert named == set(assets().modules(*named))
    assert all(name in assets().files for name in named)


def test_all_of_it_together_is_small() -> None:
    assert sum(len(asset.content) for asset in assets().files.values()) <= MOST_BYTES


def test_a_module_is_short_and_says_what_it_draws() -> None:
    for path, asset in assets().files.items():
        if path.endswith(".js"):
            text = asset.content.decode()
            assert text.count("\n") <= 400, path
            assert text.startswith("// "), path
            for exported in re.finditer(r"^(.*)\nexport (?:async )?(?:function|class) (\w+)", text, re.M):
                assert exported[1].strip().endswith("*/"), f"{path}: {exported[2]} has no description"
            assert not re.search(
                r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|https?://(?!www\.w3\.org/2000/svg)", text
            ), path


def test_manifest_and_icon_are_there(client: TestClient) -> None:
    icon = client.get("/manifest.webmanifest").json()["icons"][0]["src"]
    assert client.get(icon).headers["content-type"] == "image/svg+xml"
    assert client.get("/favicon.ico").status_code == 200


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_can_be_read_on_every_ground(palette: dict[str, str]) -> None:
    for ink in ("ink", "muted", "accent"):
        for ground in ("page", "card"):
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    assert contrast(palette["ink"], palette["warn"]) >= 4.5
    assert contrast(palette["accent-ink"], palette["accent"]) >= 4.5
