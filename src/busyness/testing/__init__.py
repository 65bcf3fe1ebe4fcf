"""Floor 6: the test kit we ship. A tiny city, a clock one can set, sources and stores in memory, conformance suites."""
