"""The steps of planning who works when: what is asked, what is needed, who solves it, what is kept and shown."""
