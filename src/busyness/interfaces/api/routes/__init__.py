"""One file a resource; each holds a ``router`` and thin functions."""
