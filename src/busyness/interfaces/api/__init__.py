"""The HTTP interface: it translates requests into calls of ``workflows.service`` and ``state``, and decides nothing."""
