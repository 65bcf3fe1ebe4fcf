"""Outlines kept in a forecast folder come back as they were; hexagons have theirs without a file."""

import json

import pytest

from busyness.domain.errors import ArtifactError
from busyness.domain.place import Place
from busyness.workflows.outlines import OUTLINES, outlines_in


def test_outlines_come_back(tmp_path):
    rings = {"a": [[(0.0, 0.0), (1.0, 0.0), (0.5, 1.0)]], "b": [[(2.0, 0.0), (3.0, 0.0), (2.5, 1.0)], [(4.0, 4.0)] * 3]}
    (tmp_path / OUTLINES).write_text(json.dumps(rings))
    assert outlines_in(tmp_path, ()) == rings


def test_hexagons_need_no_file(tmp_path):
    madrid = Place("88390cb1b1fffff")
    (ring,) = outlines_in(tmp_path, (madrid, Place("S001")))[madrid.id]
    assert len(ring) >= 6
    assert all(-4.5 < x < -3 and 39.5 < y < 41 for x, y in ring)


@pytest.mark.parametrize("text", ["", "[1]", '{"a": [[["x", 1]]]}'])
def test_a_damaged_file_is_told(tmp_path, text):
    (tmp_path / OUTLINES).write_text(text)
    with pytest.raises(ArtifactError, match="outlines"):
        outlines_in(tmp_path, ())
