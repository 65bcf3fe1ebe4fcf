"""What the API and the dashboard ask for: forecasts held in memory, and the questions put to them."""
