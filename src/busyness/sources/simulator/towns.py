"""Where the simulated chain stands: real Peruvian districts with rounded coordinates, and the climate of their cities."""

from __future__ import annotations

from typing import NamedTuple


class Climate(NamedTuple):
    """What a city's weather is drawn from. Temperatures in °C, rain in mm per wet hour, days counted from 1 January."""

    mean: float
    yearly: float  # half the difference between the warmest and the coldest month
    daily: float  # half the difference between afternoon and night
    warmest: int  # day of the year
    wet_share: float  # mean share of days with rain
    wet_swing: float  # how much that share rises and falls over the year
    wettest: int  # day of the year
    rain: float  # mean of a wet hour


class Town(NamedTuple):
    """A district in which a store may stand; ``kind`` is one of ``DISTRICT_TYPES``."""

    district: str
    city: str
    latitude: float
    longitude: float
    kind: str


DISTRICT_TYPES = ("residential", "office", "commercial", "tourist", "university")

CLIMATES = {
    "Lima": Climate(19.6, 3.6, 2.2, 45, 0.13, 0.11, 225, 0.1),  # the winter drizzle (garúa)
    "Arequipa": Climate(15.5, 1.0, 6.5, 20, 0.12, 0.14, 35, 0.8),
    "Trujillo": Climate(19.8, 3.0, 3.0, 50, 0.06, 0.05, 60, 0.2),
    "Cusco": Climate(12.0, 1.4, 7.0, 330, 0.38, 0.36, 25, 1.4),
    "Piura": Climate(25.0, 3.2, 5.0, 50, 0.07, 0.08, 65, 1.5),
    "Chiclayo": Climate(22.3, 3.0, 3.8, 50, 0.05, 0.05, 65, 0.5),
    "Huancayo": Climate(11.8, 1.3, 7.5, 330, 0.38, 0.34, 25, 1.3),
    "Ica": Climate(21.6, 3.6, 6.5, 45, 0.02, 0.02, 40, 0.2),
    "Tacna": Climate(18.4, 4.0, 4.5, 40, 0.05, 0.04, 225, 0.1),
    "Iquitos": Climate(26.8, 0.7, 4.5, 300, 0.60, 0.12, 90, 3.2),
    "Puno": Climate(8.8, 1.9, 7.5, 340, 0.37, 0.35, 20, 1.3),
    "Cajamarca": Climate(14.4, 0.7, 7.0, 330, 0.36, 0.30, 50, 1.3),
    "Chimbote": Climate(20.4, 3.0, 3.0, 50, 0.03, 0.03, 60, 0.2),
    "Pucallpa": Climate(26.7, 0.9, 5.0, 270, 0.45, 0.17, 45, 3.0),
    "Ayacucho": Climate(15.2, 1.2, 7.0, 330, 0.33, 0.29, 30, 1.1),
    # Beside the chain: where the simulated scooters and couriers ride
    "Chicago": Climate(11.0, 13.0, 4.6, 203, 0.32, 0.05, 160, 1.6),
    "Madrid": Climate(15.2, 9.6, 6.0, 205, 0.17, 0.09, 330, 1.0),
}

# The first twelve show every type of district, the coast and the highlands; a larger chain walks on down the list.
TOWNS = (
    Town("Miraflores", "Lima", -12.121, -77.030, "tourist"),
    Town("San Isidro", "Lima", -12.097, -77.037, "office"),
    Town("Santiago de Surco", "Lima", -12.145, -76.994, "residential"),
    Town("San Miguel", "Lima", -12.078, -77.093, "university"),
    Town("La Victoria", "Lima", -12.065, -77.031, "commercial"),
    Town("San Juan de Lurigancho", "Lima", -11.976, -77.005, "residential"),
    Town("Arequipa", "Arequipa", -16.399, -71.535, "commercial"),
    Town("Trujillo", "Trujillo", -8.112, -79.029, "university"),
    Town("Cusco", "Cusco", -13.532, -71.968, "tourist"),
    Town("Cercado de Lima", "Lima", -12.046, -77.043, "office"),
    Town("Piura", "Piura", -5.195, -80.633, "residential"),
    Town("Chiclayo", "Chiclayo", -6.771, -79.841, "commercial"),
    Town("La Molina", "Lima", -12.078, -76.911, "residential"),
    Town("Los Olivos", "Lima", -11.970, -77.074, "commercial"),
    Town("San Borja", "Lima", -12.100, -76.999, "office"),
    Town("Barranco", "Lima", -12.149, -77.021, "tourist"),
    Town("Rímac", "Lima", -12.030, -77.028, "university"),
    Town("Comas", "Lima", -11.937, -77.049, "residential"),
    Town("Jesús María", "Lima", -12.071, -77.046, "office"),
    Town("Huancayo", "Huancayo", -12.065, -75.205, "commercial"),
    Town("Yanahuara", "Arequipa", -16.387, -71.542, "tourist"),
    Town("Ate", "Lima", -12.026, -76.920, "residential"),
    Town("Ica", "Ica", -14.068, -75.729, "commercial"),
    Town("Pueblo Libre", "Lima", -12.077, -77.063, "university"),
    Town("Villa El Salvador", "Lima", -12.213, -76.937, "residential"),
    Town("Lince", "Lima", -12.083, -77.033, "office"),
    Town("Tacna", "Tacna", -18.007, -70.246, "commercial"),
    Town("Chorrillos", "Lima", -12.174, -77.025, "residential"),
    Town("Iquitos", "Iquitos", -3.744, -73.252, "tourist"),
    Town("Independencia", "Lima", -11.992, -77.054, "commercial"),
    Town("Magdalena del Mar", "Lima", -12.096, -77.072, "residential"),
    Town("Wanchaq", "Cusco", -13.525, -71.958, "office"),
    Town("San Martín de Porres", "Lima", -12.031, -77.058, "residential"),
    Town("El Tambo", "Huancayo", -12.048, -75.222, "university"),
    Town("Santa Anita", "Lima", -12.044, -76.972, "commercial"),
    Town("Víctor Larco Herrera", "Trujillo", -8.140, -79.050, "residential"),
    Town("Puno", "Puno", -15.840, -70.022, "tourist"),
    Town("Surquillo", "Lima", -12.112, -77.021, "office"),
    Town("Cajamarca", "Cajamarca", -7.164, -78.500, "commercial"),
    Town("Villa María del Triunfo", "Lima", -12.163, -76.939, "residential"),
    Town("José Luis Bustamante y Rivero", "Arequipa", -16.427, -71.526, "residential"),
    Town("Breña", "Lima", -12.060, -77.051, "commercial"),
    Town("Chimbote", "Chimbote", -9.075, -78.594, "residential"),
    Town("Callao", "Lima", -12.057, -77.118, "commercial"),
    Town("Castilla", "Piura", -5.200, -80.622, "university"),
    Town("Pucallpa", "Pucallpa", -8.379, -74.554, "commercial"),
    Town("San Juan de Miraflores", "Lima", -12.156, -76.971, "residential"),
    Town("Ayacucho", "Ayacucho", -13.159, -74.224, "university"),
    Town("Cayma", "Arequipa", -16.376, -71.546, "office"),
    Town("Puente Piedra", "Lima", -11.867, -77.074, "residential"),
    Town("La Esperanza", "Trujillo", -8.076, -79.046, "residential"),
    Town("José Leonardo Ortiz", "Chiclayo", -6.757, -79.841, "commercial"),
)
