"""Busyness: how busy will every place be, and what should we do about it?"""

__version__ = "0.1.0"
