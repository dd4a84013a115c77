"""The documents that official statistics require, filled from a run; gaps stay gaps."""
