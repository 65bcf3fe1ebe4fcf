"""From a panel to what a model eats: features by family, one file a family, and the catalog that describes them."""
