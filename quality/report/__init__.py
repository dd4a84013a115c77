"""The report of a run: one HTML file that opens anywhere, and every number of it as JSON."""
