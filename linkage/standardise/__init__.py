"""Cleaning: one rule a small function, every change counted by source, column, rule and group."""
