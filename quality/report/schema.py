"""The JSON Schema of ``report.json``, which stands beside it wherever it is."""

from importlib.resources import files

SCHEMA = "report.schema.json"
"""The name of the schema's file, in the package and in the folder of every report."""


def report_schema() -> str:
    """Return the schema as the text of a file."""
    return files("quality.report").joinpath(SCHEMA).read_text(encoding="utf-8")
