"""Records in, record-level filters out, in the files that clkhash and its client exchange."""

import base64
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from linkage.errors import Fault, RefusedError
from linkage.privacy.clk import Clks
from linkage.privacy.clkhash_schema import ClkSchema
from linkage.runs.storage import storage


def read_features(path: Path, schema: ClkSchema) -> pa.Table:
    """Return the columns that a schema encodes, as text, a missing value empty.

    Raises
    ------
    RefusedError
        R506 when the file cannot be read as CSV or Parquet, or lacks a feature.
    """
    wanted = [feature.name for feature in schema.features if feature.comparison]
    with storage(path, "reading records"):
        try:
            table = _parquet(path) if path.suffix == ".parquet" else _csv(path)
        except pa.ArrowException:
            fix = "give a CSV file in UTF-8 with a line of names, or a .parquet file"
            raise _refused("the records cannot be read", fix, path) from None
    absent = [name for name in wanted if name not in table.column_names]
    if absent:
        fix = "name the columns as the features of the schema"
        raise _refused(f"the records have no column {', '.join(absent)}", fix, path)
    texts = [table[name].cast(pa.string()).fill_null("") for name in wanted]
    return pa.table(texts, names=wanted)


def as_json(clks: Clks) -> bytes:
    """Return filters as clkhash's client writes them: base64, in the order of the records."""
    texts = [base64.b64encode(row.tobytes()).decode() for row in clks]
    return f"{json.dumps({'clks': texts})}\n".encode()


def _parquet(path: Path) -> pa.Table:
    return pyarrow.parquet.read_table(path)


def _csv(path: Path) -> pa.Table:
    """Return a CSV file with every value as it is written."""
    with pyarrow.csv.open_csv(path) as opened:
        names = opened.schema.names
    types = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    return pyarrow.csv.read_csv(
        path, convert_options=types, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True)
    )


def _refused(message: str, fix: str, path: Path) -> RefusedError:
    return RefusedError(Fault("R506", message, fix, file=path))
