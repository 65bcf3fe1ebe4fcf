"""Finance's page: what a plan costs and serves beside today's practice, with every assumption on the table."""
