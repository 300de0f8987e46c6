"""Lessons: text, tasks and an experiment to start from; those that ship, and those in a folder."""
