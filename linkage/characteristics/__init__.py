"""Protected and other characteristics: harmonised lists, bands, and why a value is missing."""

from linkage.characteristics.missing import IMPUTABLE, MISSING_REASONS, NOT_ASKED, MissingReason

__all__ = ["IMPUTABLE", "MISSING_REASONS", "NOT_ASKED", "MissingReason"]
