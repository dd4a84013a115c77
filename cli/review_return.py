"""``link review return DIR --out DIR``: decisions for the linkage unit, and no value."""

from pathlib import Path
from typing import Annotated

import typer


def review_return(
    review: Annotated[Path, typer.Argument(help="The folder that link review join made.")],
    out: Annotated[Path, typer.Option(help="The folder to make for the linkage unit.")],
) -> None:
    """Write what was decided of which unit, without any value of a record.

    The linkage unit names the folder as quality.review and runs again.
    """
    from linkage.privacy.new_folder import new_folder
    from quality.review.returning import give_back

    with new_folder(out.absolute(), "for the linkage unit") as folder:
        n = give_back(review, folder)
    typer.echo(f"{n:,} records decided", err=True)
    typer.echo(str(out))
