"""Points and places: hexagons, areas, stores, distances."""
