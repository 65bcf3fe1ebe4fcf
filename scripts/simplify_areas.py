"""Make ``chicago_areas.json`` from the city's own file: simpler outlines that still fit together, names and numbers.

    python scripts/simplify_areas.py community_areas.geojson src/busyness/sources/simulator/chicago_areas.json

The input is the GeoJSON export of "Boundaries - Community Areas" of the City of Chicago's data portal.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely

TOLERANCE = 0.0014  # degrees: about 130 m
DECIMALS = 5  # about a metre
SOURCE = "https://data.cityofchicago.org, 'Boundaries - Community Areas'; outlines simplified to about 130 m."
TERMS = (
    "https://www.chicago.gov/city/en/narr/foia/data_disclaimer.html: This site provides applications using data that has "
    "been modified for use from its original source, www.cityofchicago.org, the official website of the City of Chicago. "
    "The City of Chicago makes no claims as to the content, accuracy, timeliness, or completeness of any of the data "
    "provided at this site. The data provided at this site is subject to change at any time. It is understood that the "
    "data provided at this site is being used at one's own risk."
)
SIDES = {
    "Far North Side": (1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 76, 77),
    "Northwest Side": (15, 16, 17, 18, 19, 20),
    "North Side": (5, 6, 7, 21, 22),
    "Central": (8, 32, 33),
    "West Side": (23, 24, 25, 26, 27, 28, 29, 30, 31),
    "South Side": (34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 60, 69),
    "Southwest Side": (56, 57, 58, 59, 61, 62, 63, 64, 65, 66, 67, 68),
    "Far Southeast Side": (44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55),
    "Far Southwest Side": (70, 71, 72, 73, 74, 75),
}
SPELLINGS = {"OHARE": "O'HARE"}  # the export drops the apostrophe
NAMES = {"MCKINLEY PARK": "McKinley Park", "O'HARE": "O'Hare"}


def main() -> None:
    """This will write the file, or end with a sentence where the result is not 77 outlines that fit together."""
    parser = argparse.ArgumentParser(description="Simplify the outlines of Chicago's community areas.")
    parser.add_argument("original", type=Path)
    parser.add_argument("made", type=Path)
    asked = parser.parse_args()
    features = json.loads(asked.original.read_text("utf-8"))["features"]
    features.sort(key=lambda feature: int(feature["properties"]["area_numbe"]))
    outlines = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    simple = shapely.coverage_simplify(outlines, TOLERANCE)
    simple = shapely.orient_polygons(shapely.transform(simple, lambda points: np.round(points, DECIMALS)))
    numbers = [int(feature["properties"]["area_numbe"]) for feature in features]
    fits = shapely.coverage_is_valid(simple) and shapely.is_valid(simple).all()
    if numbers != list(range(1, 78)) or not fits:
        sys.exit("These are not 77 areas that fit together; nothing is written.")
    made = [_feature(*each) for each in zip(features, numbers, outlines, simple, strict=True)]
    listed = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in made)
    facts = f'"source": {json.dumps(SOURCE)},\n"terms": {json.dumps(TERMS)}'
    asked.made.write_text(f'{{"type": "FeatureCollection",\n{facts},\n"features": [\n{listed}\n]}}\n', "utf-8")


def _feature(original: dict[str, Any], number: int, outline: shapely.Geometry, simple: shapely.Geometry) -> dict[str, Any]:
    """The centroid is that of the city's outline, or a point well inside where the centroid is not."""
    given = original["properties"]["community"].strip()
    place = SPELLINGS.get(given, given)
    middle = shapely.centroid(outline)
    if not shapely.contains(simple, middle):
        middle = shapely.point_on_surface(simple)
    parts = shapely.get_parts(simple)
    facts = {
        "place": place,
        "name": NAMES.get(place, re.sub(r"[A-Z]+", lambda word: word[0].capitalize(), place)),
        "area_number": number,
        "parent": next(side for side, members in SIDES.items() if number in members),
        "latitude": round(middle.y, DECIMALS),
        "longitude": round(middle.x, DECIMALS),
    }
    shape = parts[0] if len(parts) == 1 else simple
    return {"type": "Feature", "properties": facts, "geometry": json.loads(shapely.to_geojson(shape))}


if __name__ == "__main__":
    main()
