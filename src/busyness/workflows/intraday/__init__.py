"""Flex people while the day runs: from a forecast and a roster to proposals, and from what happened to better ones."""
