"""Shifts for people: the assignment problem of Curtois and Qu, read, solved with a bound, checked and written."""
