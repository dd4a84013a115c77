"""Drift: whether a batch or run is like the last one in which nothing had changed, for whom."""

DRIFT = "drift"
"""The JSON file in ``restricted/`` that says what was found, and all that the next run needs."""

SENTINEL = "sentinel"
"""The table in ``restricted/`` of reviewed pairs, frozen, as a run scores them."""
