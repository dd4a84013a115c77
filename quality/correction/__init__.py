"""Estimates from linked records: weighted for what is not linked, corrected for false links."""
