from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from busyness.reports.palette import DARK, LIGHT, SHADES
from busyness.reports.shades import Shades
from busyness.reports.words import words_of

ENGLISH = words_of("en")


def texts(shades: Shades) -> list[str]:
    return [text for _, text in shades.legend(ENGLISH)]


def test_whole_numbers_are_named_without_overlap() -> None:
    assert texts(Shades.of([1] * 5 + [2] * 5 + [3] * 5 + [4, 5, 6, 7, 8, 9, 10])) == ["< 2", "2", "3 – 5", "≥ 6"]


def test_others_are_named_by_round_borders() -> None:
    assert texts(Shades.of([10.5 * 1.3**k for k in range(24)])) == [
        "< 29", "29 – 79", "79 – 220", "220 – 590", "590 – 1,600", "≥ 1,600",
    ]  # fmt: skip


def test_values_all_alike_need_no_legend() -> None:
    assert Shades.of([5, 5, 5]).legend(ENGLISH) == ()
    assert Shades.of([]).legend(ENGLISH) == ()


def test_few_places_have_few_classes() -> None:
    assert len(texts(Shades.of([1.0, 2.0, 3.0]))) == 2


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60))
def test_shades_rise_with_values_and_every_class_is_in_the_legend(values: list[float]) -> None:
    shades = Shades.of(values)
    numbers = [shades.number(value) for value in sorted(values)]
    assert numbers == sorted(numbers)
    assert numbers[0] >= 0
    assert numbers[-1] < SHADES
    if shades.borders:
        legend = [number for number, _ in shades.legend(ENGLISH)]
        assert set(numbers) <= set(legend)
        assert legend == sorted(set(legend))


def test_both_palettes_have_all_shades() -> None:
    for palette in (LIGHT, DARK):
        assert len({palette[f"shade-{number}"] for number in range(SHADES)}) == SHADES
