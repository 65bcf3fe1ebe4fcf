"""Public data sets, fetched from the portals that publish them."""
