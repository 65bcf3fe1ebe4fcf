"""Floor 3: fitted models at rest. An artifact is a folder of checksummed files, with a card that says what it is."""
