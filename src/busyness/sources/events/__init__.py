"""What happened, where and when: trips, pings, sensors, sales, app events."""
