"""Fronts: other libraries' names and numbers on this package's schedules."""
