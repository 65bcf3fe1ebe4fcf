"""The command line: `busyness --help`."""
