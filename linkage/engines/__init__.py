"""Engines: where pairs are made and counted."""
