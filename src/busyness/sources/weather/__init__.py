"""Weather by station: observed and forecast, from the files that its sources hand out."""
