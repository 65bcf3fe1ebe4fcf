"""Staff moved while the day runs: every 15 minutes flex people go where the day departs from the forecast."""
