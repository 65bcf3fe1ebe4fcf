"""The routes of the dashboard: a page for every section, the page to sign in, and the files they need."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from busyness.interfaces.dashboard.assets import LANGUAGES, Asset, assets, words
from busyness.interfaces.dashboard.sections import SECTIONS, module_of
from busyness.interfaces.packing import takes_gzip
from busyness.reports.palette import DARK, LIGHT

LANGUAGE_COOKIE, THEME_COOKIE = "busyness_language", "busyness_theme"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Language",
}
_VARY = {"Vary": "Accept-Encoding"}
_FOREVER = "public, max-age=31536000, immutable"


def dashboard_routes(*, single_sign_on: bool = False) -> list[BaseRoute]:
    """This will return the routes to put behind those of the API, which they call as any browser would.

    ``single_sign_on``: the page to sign in offers the organisation's own account (``/login/oidc``).
    None of these pages holds anything worth protecting: what a person may see comes from the API, which asks for a session.
    """
    assets()  # read and packed now, not while the first person waits
    first = next(iter(SECTIONS))
    pages = [Route("/", _page_of("", first)), *(Route(path, _page_of(name, name)) for name, path in SECTIONS.items())]
    return [
        *pages,
        Route("/signin", _sign_in_page(single_sign_on)),
        Route("/static/{digest}/{path:path}", _file),
        Route("/manifest.webmanifest", _manifest),
        Route("/favicon.ico", _icon),
    ]


def language_of(request: Request) -> str:
    """This will return the language to answer in: the one chosen before, else the first of the browser's that we speak."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    asked = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((language for language in asked if language in LANGUAGES), LANGUAGES[0])


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("busyness.interfaces.dashboard", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rendered(request: Request, template: str, **facts: object) -> HTMLResponse:
    language = language_of(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    text = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            theme=theme if theme in {"light", "dark"} else "",
            say=words(language),
            url=assets().url,
            colours={"light": LIGHT["card"], "dark": DARK["card"]},
            **facts,
        )
    )
    return HTMLResponse(text, headers=_PAGE_HEADERS)


def _page_of(section: str, drawn: str) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        modules = assets().modules("js/dashboard.js", module_of(drawn))
        return _rendered(request, "shell.html.j2", section=section, sections=tuple(SECTIONS.items()), modules=modules)

    return page


def _sign_in_page(single_sign_on: bool) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        wrong = request.query_params.get("error")
        said = None if wrong is None else "signin.wrong.account" if wrong == "oidc" else "signin.wrong"
        return _rendered(request, "signin.html.j2", wrong=said, single_sign_on=single_sign_on)

    return page


def _file(request: Request) -> Response:
    found = assets().files.get(request.path_params["path"])
    if found is None:
        return Response("There is no such file.", 404, media_type="text/plain")
    etag = f'W/"{assets().digest}"'  # weak: of the packed file as well
    current = request.path_params["digest"] == assets().digest
    headers = {"ETag": etag, "Cache-Control": _FOREVER if current else "no-cache", "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={**headers, **_VARY})
    return _sent(request, found, headers)


def _sent(request: Request, asset: Asset, headers: dict[str, str]) -> Response:
    packed = takes_gzip(request.headers.get("accept-encoding", "").encode("latin-1"))
    coding = {"Content-Encoding": "gzip"} if packed else {}
    content = asset.packed if packed else asset.content
    return Response(content, media_type=asset.media, headers={**headers, **_VARY, **coding})


def _icon(request: Request) -> Response:
    return _sent(request, assets().files["icon.svg"], {"Cache-Control": "public, max-age=86400"})


def _manifest(request: Request) -> Response:
    icon = {"src": assets().url("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}
    facts = {
        "name": "Busyness",
        "short_name": "Busyness",
        "start_url": "/",
        "display": "standalone",
        "background_color": LIGHT["page"],
        "theme_color": LIGHT["accent"],
        "icons": [icon],
    }
    return JSONResponse(facts, media_type="application/manifest+json", headers={"Cache-Control": "public, max-age=86400"})
