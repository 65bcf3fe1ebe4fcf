"""The words of a roster's page, in both languages; weekdays, numbers and money are written by ``words``."""

from __future__ import annotations

from collections.abc import Mapping

STAFFING_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Who works when",
        "places.one": "1 place", "places": "{count} places", "people": "{count} people",
        "cost": "Cost of the plan", "cost.note": "in {currency}: wages, and a price for all that is missed",
        "gap": "From the best possible", "gap.value": "at most {gap}", "gap.none": "nothing can be better",
        "gap.note": "no roster costs less than {bound}",
        "gap.loose": "no roster costs less than {bound}; the proof was cut short: allow more --seconds",
        "hours": "Hours of work", "hours.note": "{shifts} shifts",
        "short": "Heads missing", "short.value": "{hours} h", "short.note": "of {needed} h needed",
        "wishes": "Wishes not kept", "wishes.note": "priced at {price}",
        "know": "What to know", "refused": "{place} could not be planned: {why}",
        "places.head": "Every place", "place": "Place", "place.choose": "Place", "staff": "People", "shifts": "Shifts",
        "cost.head": "What it costs", "part": "Part", "money": "Money", "share": "Share",
        "part.wages": "Wages", "part.overtime": "Premium for overtime",
        "part.short_hours": "Contract hours paid and not given", "part.missing": "Heads expected to be missing",
        "part.idle": "Heads expected to be idle", "part.presence": "Least presence or keys not kept",
        "part.wishes": "Wishes not kept", "part.fairness": "Weekends and closings of those who had more",
        "part.changes": "Changes of what was published", "part.total": "Together",
        "broken.head": "Wishes not kept and burdens not shared, with their price", "broken.none": "Every wish is kept.",
        "broken.more": "… and {count} more, in wishes.csv.",
        "wish.wished_off": "wished {day} off", "wish.morning": "prefers mornings, works in the evening of {day}",
        "wish.evening": "prefers evenings, works in the morning of {day}",
        "wish.weekend": "works on {day}, after more weekends than the others lately",
        "wish.closing": "closes on {day}, after more closings than the others lately",
        "wish.hours": "was told other hours for {day}", "wish.role": "was told another break or role for {day}",
        "missed.head": "Where heads are missing most", "missed.none": "No slot has fewer heads than it needs.",
        "missed.more": "{count} slots in all have fewer heads than needed: need.csv.",
        "missed.said": "{when}: {role} has {planned} of {need}",
        "roster.head": "The week", "person": "Person", "total": "Hours", "off": "–",
        "days.head": "Day by day: who is there, and what is needed", "day.said": "{people} people, {hours} h of work",
        "day.short": "{hours} h of heads missing", "coverage": "{role}: needed, planned, missing",
        "role.anyone": "anyone", "role.key holder": "key holder",
        "footer": "Made by busyness {busyness} from the forecast of {forecast} (model {model}) with {solver}, seed {seed}.",
        "simulated": "These data are simulated: no real store, customer, employee or sale is behind them.",
        "assumed.minutes": "Assumed: a visitor makes {minutes} min of work as {role}.",
        "assumed.occupancy": "Assumed: people should be busy with visitors {occupancy} of the time.",
        "assumed.presence": "Assumed: while a place is open at least {count} is there, in whatever role.",
        "assumed.keys": "Assumed: somebody with keys is there while a place is open.",
        "assumed.level": "Assumed: heads are weighed by cost over all paths of the forecast, not by a service level.",
        "assumed.prices": "Assumed: an hour in which a head is missing costs {under} times the mean wage, an idle one "
        "{over}, a wish for a day off that is not kept {wished_off} hours of it.",
        "assumed.short_week": "The forecast holds {days} whole days: a whole week's contract hours cannot be given in them.",
        "assumed.no_staff": "No staff, so not planned: {places}.",
    },
    "es": {
        "title": "Quién trabaja cuándo",
        "places.one": "1 lugar", "places": "{count} lugares", "people": "{count} personas",
        "cost": "Costo del plan", "cost.note": "en {currency}: sueldos, y un precio por todo lo que falta",
        "gap": "Distancia al óptimo", "gap.value": "como mucho {gap}", "gap.none": "nada puede ser mejor",
        "gap.note": "ningún horario cuesta menos de {bound}",
        "gap.loose": "ningún horario cuesta menos de {bound}; la prueba quedó a medias: dé más --seconds",
        "hours": "Horas de trabajo", "hours.note": "{shifts} turnos",
        "short": "Personas que faltan", "short.value": "{hours} h", "short.note": "de {needed} h necesarias",
        "wishes": "Deseos no cumplidos", "wishes.note": "valorados en {price}",
        "know": "Lo que hay que saber", "refused": "{place} no se pudo planificar: {why}",
        "places.head": "Todos los lugares", "place": "Lugar", "place.choose": "Lugar", "staff": "Personas",
        "shifts": "Turnos",
        "cost.head": "Qué cuesta", "part": "Parte", "money": "Importe", "share": "Proporción",
        "part.wages": "Sueldos", "part.overtime": "Recargo por horas extra",
        "part.short_hours": "Horas de contrato pagadas y no asignadas", "part.missing": "Personas que se espera que falten",
        "part.idle": "Personas que se espera que sobren", "part.presence": "Presencia mínima o llaves no cumplidas",
        "part.wishes": "Deseos no cumplidos", "part.fairness": "Fines de semana y cierres de quienes ya tuvieron más",
        "part.changes": "Cambios de lo publicado", "part.total": "Total",
        "broken.head": "Deseos no cumplidos y cargas mal repartidas, con su precio",
        "broken.none": "Todos los deseos se cumplen.",
        "broken.more": "… y {count} más, en wishes.csv.",
        "wish.wished_off": "quería libre el {day}", "wish.morning": "prefiere las mañanas, trabaja la tarde del {day}",
        "wish.evening": "prefiere las tardes, trabaja la mañana del {day}",
        "wish.weekend": "trabaja el {day}, tras más fines de semana que los demás últimamente",
        "wish.closing": "cierra el {day}, tras más cierres que los demás últimamente",
        "wish.hours": "tenía otras horas anunciadas para el {day}",
        "wish.role": "tenía otro refrigerio o puesto anunciado para el {day}",
        "missed.head": "Dónde faltan más personas", "missed.none": "Ninguna franja tiene menos personas de las necesarias.",
        "missed.more": "{count} franjas en total tienen menos personas de las necesarias: need.csv.",
        "missed.said": "{when}: {role} tiene {planned} de {need}",
        "roster.head": "La semana", "person": "Persona", "total": "Horas", "off": "–",
        "days.head": "Día por día: quién está y qué hace falta", "day.said": "{people} personas, {hours} h de trabajo",
        "day.short": "faltan {hours} h de personas", "coverage": "{role}: necesario, planificado, faltante",
        "role.anyone": "cualquiera", "role.key holder": "con llaves",
        "footer": "Hecho por busyness {busyness} del pronóstico de {forecast} (modelo {model}), {solver}, semilla {seed}.",
        "simulated": "Estos datos son simulados: no hay detrás ninguna tienda, cliente, empleado ni venta real.",
        "assumed.minutes": "Supuesto: cada visitante da {minutes} min de trabajo como {role}.",
        "assumed.occupancy": "Supuesto: las personas deben estar ocupadas con visitantes el {occupancy} del tiempo.",
        "assumed.presence": "Supuesto: mientras un lugar está abierto hay al menos {count} persona, en cualquier puesto.",
        "assumed.keys": "Supuesto: mientras un lugar está abierto hay alguien con llaves.",
        "assumed.level": "Supuesto: las personas se deciden por su costo sobre todos los caminos del pronóstico, no por un "
        "nivel de servicio.",
        "assumed.prices": "Supuesto: una hora en que falta alguien cuesta {under} veces el sueldo medio, una en que sobra "
        "{over}, un día libre deseado y no dado {wished_off} horas de él.",
        "assumed.short_week": "El pronóstico tiene {days} días completos: en ellos no caben las horas de contrato de una "
        "semana.",
        "assumed.no_staff": "Sin personal, por eso sin plan: {places}.",
    },
}  # fmt: skip


def said(language: str, key: str, **values: object) -> str:
    """This will return a phrase of ``es`` or ``en``, its names filled in.

    >>> said("es", "people", count=3)
    '3 personas'
    """
    return STAFFING_WORDS[language][key].format(**values)
