"""``link review join REVIEW OPENED...``: a review party puts opened records together."""

from pathlib import Path
from typing import Annotated

import typer


def review_join(
    review: Annotated[Path, typer.Argument(help="The review folder that the linkage unit sent.")],
    opened: Annotated[list[Path], typer.Argument(help="The folders that the owners opened.")],
    out: Annotated[Path, typer.Option(help="The folder to make; it will hold people's data.")],
) -> None:
    """Make a review that people can look at, of record ids and of what the owners opened.

    Values of records that are not in the review are left out. Delete what the owners sent when it
    is done; link review serve, export, import and status work on the new folder as on a run.
    """
    from linkage.privacy.sitting import join
    from quality.review.cases import FOLDER

    n = join(review, opened, out.absolute(), FOLDER)
    typer.echo(f"{n:,} records to review")
    typer.echo(f"Next:  link review serve {out} --reviewer NAME")
