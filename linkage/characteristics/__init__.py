"""Protected and other characteristics: harmonised lists, bands, and why a value is missing."""

from linkage.characteristics.missing import MISSING_REASONS, MissingReason

__all__ = ["MISSING_REASONS", "MissingReason"]
