"""Cleaning: one rule a small function, every change counted by source, column, rule and group."""

from linkage.standardise.columns import derived, standardised_columns
from linkage.standardise.stage import standardise

__all__ = ["derived", "standardise", "standardised_columns"]
