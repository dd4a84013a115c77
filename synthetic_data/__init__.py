"""Populations with known truth, and the sources drawn from them."""
