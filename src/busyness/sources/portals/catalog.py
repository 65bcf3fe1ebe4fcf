"""The data sets that ``busyness get`` knows by name. Addresses and terms are the publishers' own, as of 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from busyness.domain.errors import InputError, did_you_mean
from busyness.sources.portals.dataset import Dataset

_CHICAGO = "https://data.cityofchicago.org/resource"
_MELBOURNE = "https://data.melbourne.vic.gov.au/api/explore/v2.1/catalog/datasets"
_CHICAGO_TERMS = "City of Chicago terms of use, chicago.gov/city/en/narr/foia/data_disclaimer.html"

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            name="chicago-scooters",
            portal="socrata",
            address=f"{_CHICAGO}/3rse-fbp6",
            file="chicago_scooters_2020.csv",
            about="every trip of the scooter pilot of 2020, start and end by community area",
            publisher="City of Chicago",
            licence=_CHICAGO_TERMS,
            by="start_time",
            use="busyness forecast FILE --rows trips --every 1d --horizon 3 --timezone America/Chicago --country US",
        ),
        Dataset(
            name="chicago-scooters-2019",
            portal="socrata",
            address=f"{_CHICAGO}/2kfw-zvte",
            file="chicago_scooters_2019.csv",
            about="every trip of the scooter pilot of 2019",
            publisher="City of Chicago",
            licence=_CHICAGO_TERMS,
            by="start_time",
            use="busyness forecast FILE --rows trips --every 1d --horizon 3 --timezone America/Chicago --country US",
        ),
        Dataset(
            name="chicago-areas",
            portal="file",
            address=f"{_CHICAGO}/igwz-8jzy.geojson?$limit=1000",
            file="chicago_community_areas.geojson",
            about="outlines of the 77 community areas",
            publisher="City of Chicago",
            licence=_CHICAGO_TERMS,
            use="busyness places FILE",
        ),
        Dataset(
            name="melbourne-pedestrians",
            portal="opendatasoft",
            address=f"{_MELBOURNE}/pedestrian-counting-system-monthly-counts-per-hour",
            file="melbourne_pedestrians.csv",
            about="hourly counts of the pedestrian sensors, the last years",
            publisher="City of Melbourne",
            licence="CC BY 4.0",
            by="sensing_date",
            begins=date(2021, 7, 1),
            use="busyness forecast FILE --time sensing_date,hourday --place location_id --timezone Australia/Melbourne",
        ),
        Dataset(
            name="melbourne-sensors",
            portal="file",
            address=f"{_MELBOURNE}/pedestrian-counting-system-sensor-locations/exports/csv?delimiter=,",
            file="melbourne_sensors.csv",
            about="where the pedestrian sensors stand",
            publisher="City of Melbourne",
            licence="CC BY 4.0",
            use="busyness places FILE",
        ),
        Dataset(
            name="nyc-taxi-zones",
            portal="socrata",
            address="https://data.cityofnewyork.us/resource/8meu-9t5y",
            file="nyc_taxi_zones.csv",
            about="the taxi zones of New York",
            publisher="City of New York",
            licence="NYC Open Data terms of use",
        ),
    )
}


def dataset_of(name: str) -> Dataset:
    """This will return a data set by name, or raise ``InputError`` with the nearest one."""
    if name not in DATASETS:
        raise InputError(
            f"There is no data set '{name}'; known are {', '.join(DATASETS)}.", hint=did_you_mean(name, DATASETS)
        )
    return DATASETS[name]
