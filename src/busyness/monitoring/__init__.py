"""The monitoring room: is the model still as good as it was, and is the world still the one it learned from?"""
