"""The only room that picks implementations: names in settings and artifacts → classes."""
