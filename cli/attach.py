"""``link attach``: an owner's attributes under the pseudonyms of a project."""

import json
from pathlib import Path
from typing import Annotated

import typer

_FEW = 10


def attach(
    private: Annotated[Path, typer.Option(help="The private folder of the source.")],
    pseudonyms: Annotated[Path, typer.Option(help="The source's file from link pseudonyms.")],
    attributes: Annotated[
        Path, typer.Option(help="What the analysts are to have: Parquet, CSV or Arrow.")
    ],
    id_column: Annotated[
        str, typer.Option("--id", help="The column of the attributes that holds the source's ids.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to make for the analysts.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: the file that was written.")
    ] = False,
) -> None:
    """Put a project's pseudonyms in place of ids, and print the file that may go to its analysts.

    Refused with columns that were encoded, or that repeat the ids. It is data about people all the
    same: nothing in it has passed disclosure control.
    """
    import pyarrow.parquet as pq

    from linkage.privacy.attaching import attach as attached
    from linkage.privacy.new_folder import new_folder, require_new
    from linkage.runs.parquet import PARQUET
    from linkage.runs.publish import publishing

    require_new(out.absolute(), "for the analysts")
    found = attached(private, pseudonyms, attributes, id_column)
    with (
        new_folder(out.absolute(), "for the analysts") as folder,
        publishing(folder / "attributes.parquet") as file,
    ):
        pq.write_table(found.table, file, **PARQUET)
    written = out / "attributes.parquet"
    if as_json:
        typer.echo(json.dumps({"attributes": str(written)}))
        return
    left_out, without = found.rows_without_pseudonym, found.people_without_rows
    typer.echo(f"rows of ids without a pseudonym, left out: {_few(left_out)}", err=True)
    typer.echo(f"records without attributes: {_few(without)}", err=True)
    typer.echo(str(written))


def _few(n: int) -> str:
    """Return a number of people as it may stand in a terminal: rounded, and not if it is small."""
    if n == 0:
        return "none"
    return "few" if n < _FEW else f"about {5 * round(n / 5):,}"
