"""Sentences in another language: every one that a plan can say has its pattern, and what stands in it arrives unharmed."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import busyness
from busyness.domain.slots import SlotLength
from busyness.features.builder import FAMILIES, FeatureSpec
from busyness.reports.sentences import meaning_in, plan_in, sentence_in
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

LANGUAGES = files("busyness.reports").joinpath("languages")
KINDS = ("sentences", "notes")
READ = [json.loads(LANGUAGES.joinpath(f"{kind}.es.json").read_text("utf-8")) for kind in KINDS]
PATTERNS = READ[0] | READ[1]
NAMES = re.compile(r"\{(\w+)\}")
ROOMS = Path(busyness.__file__).parent / "decisions"
SPEAKING = (
    *("staffing/plan.py", "rebalancing/plan.py", "rebalancing/reasons.py", "stock/report.py", "stock/words.py"),
    *("stock/revise.py", "intraday/plan.py", "intraday/reasons.py", "intraday/takeover.py", "intraday/recalibrate.py"),
    *(
        "intraday/off_policy.py",
        "promotions/recommend.py",
        "promotions/switchback.py",
        "promotions/uplift.py",
        "money/page.py",
    ),
)
COMPOSED = frozenset(
    [
        *("§: §.", "§ §: §, priced at §.", "§: §, priced at §.", "§ §.", "§: §"),  # parts that have patterns of their own
        *(
            "§; §. §",
            "§: enough, as §.",
            "§: the shelf of § has no room for an order of §; §.",
        ),  # stock on hand and its need
        "§: what is missing is less than an order of § is worth; §.",
        *("The learned policy saves §: surely more than nothing.", "The learned policy is behind: §."),
        *("No difference shown: §. The simpler policy stays in charge.", "The forecast of the next § days went § (§ to §)."),
        *("No effect seen: §, which may be chance.", "§: §: priced at §.", "The plan costs § in § days.§", "§ §.§", "§.§"),
        "Not estimable: § of its § windows can be judged, § are the least.",  # these follow a type and a colon
        "Not estimable: there are too few weeks without a promotion to tell an effect from chance.",
        "From § to § expects § visitors, work for § people; §.",  # only so many will be there, or enough
        *("Although §, and §, what is still to come counts more.", "Although §, §.", "§, and §."),  # more, or fewer
        *("§: priced at §.", "§ are charging: they count §."),
        "Try it in § for § weeks from § on, § days a week: each place has it every other week by lot, § times in all. "
        "A true uplift of § would then be found § of the time (windows without a promotion vary by §).",
        "over the rest of the day.",
    ]
)


def skeleton(text: str) -> str:
    """What is left of a sentence when all that changes is taken out; an amount and its currency are one."""
    bare = re.sub(r"\{[^{}]*\}", "§", text)
    return re.sub(r"§(?:[ \u00a0]?§)+", "§", bare)


def sentences_of(file: Path) -> set[str]:
    """The skeletons of the sentences that a file's code says; errors and docstrings are none."""
    tree, skipped = ast.parse(file.read_text("utf-8")), set()
    for node in ast.walk(tree):
        inner = [node] if isinstance(node, ast.Raise) else []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inner = [node]
        if isinstance(node, ast.JoinedStr):
            inner = list(node.values)
        skipped |= {id(each) for part in inner for each in ast.walk(part)}
    said = set()
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(each.value) if isinstance(each, ast.Constant) else "{x}" for each in parts)
        if " " in text.strip() and text.endswith("."):
            said.add(skeleton(text.strip()))
    return said


@pytest.mark.parametrize("file", SPEAKING)
def test_every_sentence_of_a_plan_is_known_in_spanish(file):
    known = {skeleton(english) for english in PATTERNS} | COMPOSED
    assert sentences_of(ROOMS / file) - known == set()


def test_no_pattern_is_in_both_files():
    assert not READ[0].keys() & READ[1].keys()


def test_patterns_say_with_the_names_they_were_given():
    for english, spanish in PATTERNS.items():
        assert set(NAMES.findall(spanish)) == set(NAMES.findall(english)), english
        assert english.endswith(".") == spanish.endswith("."), english


NOTED = "S002: Thu 2 July 12:00: sales is 2 below its need of 11, priced at 26.98."
NOTED_ES = "S002: jueves 2 de julio 12:00: a sales le faltan 2 de las 11 personas necesarias, valorado en 26,98."
MOVED = "Av. Larco lacks 3 vans on Monday 4 May: 9 in 10 will be used. Loop can spare 1,200 on Monday at 14:00: {}"
MOVED_ES = "A Av. Larco le faltan 3 vans el lunes 4 de mayo: se usarán 9 de cada 10. Loop puede ceder 1.200 {}"
ORDERED = "0 on hand, none on the way; 475 will be asked for today (one time in ten more than 539). 1 pack of 10: {}"
ORDERED_ES = "0 en existencia, nada en camino; hoy se pedirán 475 (una de cada diez veces más de 539). 1 caja de 10: {}"
CALLED = "A has had 12 % more visitors than forecast since 10:15, and 3 visitors wait. It should save 15.62 PEN {}"
CALLED_ES = "A ha tenido 12 % más visitantes que lo pronosticado desde las 10:15, y esperan 3 visitantes. {}"
STILL = "From 17:00 to 18:00 S. 4 expects 220 visitors, work for 7.3 people; only 6 will be there. Although S. 4 has had {}"
STILL_ES = (
    "De 17:00 a 18:00, S. 4 espera 220 visitantes, trabajo para 7,3 personas; solo estarán 6. Aunque S. 4 ha tenido {}"
)
BUSY = "Assumed: people should be busy with visitors 85\u00a0% of the time."
BUSY_ES = "Supuesto: las personas deben estar ocupadas con visitantes el 85\u00a0% del tiempo."


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (NOTED, NOTED_ES),
        (
            MOVED.format("nearly all would be used there."),
            MOVED_ES.format("el lunes a las 14:00: allí se usarían casi todos."),
        ),
        (ORDERED.format("the smallest order."), ORDERED_ES.format("el pedido más pequeño.")),
        (
            CALLED.format("over the rest of the day."),
            CALLED_ES.format("Debería ahorrar 15,62 PEN en lo que queda del día."),
        ),
        (BUSY, BUSY_ES),
        (
            STILL.format(
                "17 % fewer visitors than forecast since 10:15, and nobody waits, what is still to come counts more."
            ),
            STILL_ES.format(
                "17 % menos visitantes que lo pronosticado desde las 10:15, y nadie espera, pesa más lo que falta por venir."
            ),
        ),
        (
            STILL.format("17 % fewer visitors than forecast since 10:15, 1 visitor waits."),
            STILL_ES.format("17 % menos visitantes que lo pronosticado desde las 10:15, espera 1 visitante."),
        ),
        (
            "Read 'Tienda' as the place and 'Visitas' as the count.",
            "Se leyó 'Tienda' como el lugar y 'Visitas' como el conteo.",
        ),
        ("w.csv: Each row holds for 1 h from its time on.", "w.csv: Cada fila vale 1 h desde su hora."),
        (
            "The learned policy was not judged from the log. One day says nothing of another policy.",
            "La política aprendida no se juzgó con el registro. Un solo día no dice nada de otra política.",
        ),
        (
            "Left out: came.csv, line 5: 'not a time' is no time.",
            "No se usó came.csv, línea 5: 'not a time' no es una hora.",
        ),
        ("Nobody translated this.", "Nobody translated this."),
    ],
)
def test_what_a_manager_in_lima_reads(english, spanish):
    assert sentence_in("es")(english) == spanish
    assert sentence_in("en")(english) == english


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n{}"), min_size=1, max_size=30).filter(str.strip))
def test_a_name_arrives_as_it_was(name):
    said = sentence_in("es")(f"Send one person home from {name}.")
    assert said == f"Mande a una persona de {name} a su casa." or sentence_in("es")(name) != name


def test_a_plan_is_told_whole():
    says, told = ["Wishes not kept: 1.50 PEN.", None], ["Deseos no cumplidos: 1,50 PEN.", None]
    table = pl.DataFrame({"reason": says, "place": ["Wages", "S1"]})
    actions = pl.DataFrame({name: [None, None] for name in ACTIONS_SCHEMA if name != "reason"}).with_columns(table["reason"])
    plan = Plan("staffing", actions, cost=1, bound=1, tables={"more": table}, notes=("Wages come to 1,000.00 PEN.",))
    spanish = plan_in(plan, "es")
    assert spanish.notes == ("Los sueldos suman 1.000,00 PEN.",)
    assert spanish.actions["reason"].to_list() == spanish.tables["more"]["reason"].to_list() == told
    assert spanish.tables["more"]["place"].to_list() == ["Wages", "S1"]
    assert plan_in(plan, "en") is plan


FEATURES = json.loads(LANGUAGES.joinpath("features.es.json").read_text("utf-8"))
EVERYTHING = FeatureSpec(
    families=tuple(FAMILIES),
    known=("ventas a las 8 / día", "promo_event_1", "temperature"),
    past=("app.use",),
    vintages=("temperature",),
    attributes=("floor_area", "kind"),
    categories=((), ("small", "large")),
)


@pytest.mark.parametrize("minutes", [5, 15, 60, 1440])
def test_every_feature_of_the_catalog_has_a_meaning_in_spanish(minutes):
    english = re.compile(r"\b(the|of|over|before|at|mean|slot|days|last)\b")
    for feature in EVERYTHING.features(SlotLength(minutes)):
        said = meaning_in("es")(feature.formula)
        told = re.sub("|".join(map(re.escape, EVERYTHING.known)), "", said)
        assert not english.search(told), (feature.name, said)
        assert said != feature.formula or said.startswith("1 …")
        assert not {"hour_of_day", "day_of_week"} & set(said.split())
        assert all(name in said for name in EVERYTHING.known if name in feature.formula)
        assert meaning_in("en")(feature.formula) == feature.formula


def test_every_meaning_that_is_translated_is_a_feature_s():
    formulas = [one.formula for minutes in (5, 60, 1440) for one in EVERYTHING.features(SlotLength(minutes))]
    unused = [english for english in FEATURES if not any(_pattern(english).fullmatch(formula) for formula in formulas)]
    assert unused == []
    for english, spanish in FEATURES.items():
        assert set(NAMES.findall(spanish)) == set(NAMES.findall(english)), english


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(".+?".join(map(re.escape, re.split(r"\{\w+\}", english))))
