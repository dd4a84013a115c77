"""The report of a run: one HTML file that opens anywhere, and every number of it as JSON."""

from quality.report.write import write_report

__all__ = ["write_report"]
