"""Lessons, data sets, icons and schemas: data only."""
