"""Who works when: from the forecast's need to a roster that keeps the law, with its cost and the bound on it."""
