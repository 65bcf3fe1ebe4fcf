"""Both languages say the same things, and say all that the pages ask for."""

from __future__ import annotations

import re

import pytest

from busyness.interfaces.dashboard.assets import LANGUAGES, assets, words
from busyness.interfaces.dashboard.sections import SECTIONS
from busyness.workflows.service.notice_letters import SENTENCES

_ASKED = re.compile(
    r"""(?:\bsay|\bempty|\bconfirmed)\(\s*(?:[^()"`]*\?\s*)?"([a-z][\w .-]*)"(?:\s*:\s*"([a-z][\w .-]*)")?"""
)


def test_both_languages_have_the_same_phrases() -> None:
    english, spanish = (set(words(language)) for language in ("en", "es"))
    assert english == spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_have_the_same_gaps_and_are_not_empty(language: str) -> None:
    for key, phrase in words(language).items():
        assert phrase.strip() == phrase != "", key
        gaps = [set(re.findall(r"\{(\w+)\}", words(other)[key])) for other in LANGUAGES]
        assert gaps[0] == gaps[1], key


def test_every_phrase_that_a_module_asks_for_is_there() -> None:
    missing = []
    for path, asset in assets().files.items():
        if path.endswith(".js"):
            for found in _ASKED.finditer(asset.content.decode()):
                missing += [f"{path}: {key}" for key in found.groups() if key and key not in words("en")]
    assert not missing


def test_sections_and_their_views_have_names() -> None:
    assert all(f"section.{name}" in words("es") for name in SECTIONS)
    for section, views in {
        "operations": ("week", "past", "overrides", "roster"),
        "admin": ("users", "keys", "audit", "privacy"),
    }.items():
        assert all(f"{section}.view.{view}" in words("es") for view in views)


def test_no_phrase_lies_around_unused() -> None:
    text = "\n".join(asset.content.decode() for path, asset in assets().files.items() if path.endswith(".js"))
    templates = ["section.", "signin.", "menu", "skip", "waiting", "noscript"]
    made = (
        set(re.findall(r"""known\("([\w.]+)\"""", text))
        | set(re.findall(r"(?:say|has|empty)\(`([\w]+)\.\$", text))
        | {"operations", "admin"}
    )
    unused = [
        key
        for key in words("en")
        if f'"{key.removesuffix(".one")}"' not in text
        and not key.startswith(tuple(templates))
        and key.rpartition(".")[0] not in made
        and key.split(".")[0] not in made
        and not key.endswith((".empty", ".done"))
        and not key.startswith(("cover.", "job."))
    ]
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_the_same_on_the_page_and_by_mail(language: str) -> None:
    said = {key.removeprefix("notice."): text for key, text in words(language).items() if key.startswith("notice.")}
    assert said == SENTENCES[language]
