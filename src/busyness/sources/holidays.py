"""Public holidays by country and region, by name and local date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays as library

from busyness.domain.errors import InputError, did_you_mean


def public_holidays(country: str, region: str = "", *, years: Iterable[int]) -> dict[date, str]:
    """This will return the name of every public holiday of those years; nothing for an empty country.

    ``country`` is a two-letter code, ``region`` one of the country's subdivisions (VIC, CUS). Two holidays on one date
    keep the first name. Raises ``InputError`` for a code that is not known.
    """
    if not country:
        return {}
    supported = library.list_supported_countries()
    code = country.strip().upper()
    if code not in supported:
        raise InputError(
            f"No holidays are known for the country '{country}'.",
            hint=did_you_mean(code, supported) or "Use a two-letter code such as PE, US or AU.",
        )
    regions = supported[code]
    if region and region not in regions:
        listed = ", ".join(regions) or "none"
        raise InputError(f"'{region}' is no region of {code}; known are: {listed}.", hint=did_you_mean(region, regions))
    found = library.country_holidays(code, subdiv=region or None, years=sorted(set(years)))
    return {day: str(name).split("; ")[0] for day, name in sorted(found.items())}
