"""Files into tables: every kind of source, read strictly, its rows filtered and numbered."""

from linkage.sources.ingest import ingest
from linkage.sources.opening import FORMATS, column_names
from linkage.sources.reading import read_source
from linkage.sources.selection import Selection, origins, selection

__all__ = [
    "FORMATS",
    "Selection",
    "column_names",
    "ingest",
    "origins",
    "read_source",
    "selection",
]
