"""Floor 3: tables to pictures: one HTML file that works offline, in Spanish or English."""
