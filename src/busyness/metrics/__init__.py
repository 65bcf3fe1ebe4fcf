"""Floor 2: how good an answer was. Numpy only; every metric is one small function that others can add to."""
