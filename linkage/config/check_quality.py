"""Do the settings on quality fit the sources."""

from collections.abc import Iterator

from linkage.config.check_columns import is_date
from linkage.config.check_linkage import unknown_source
from linkage.config.draft import Draft
from linkage.config.schema import DateColumn
from linkage.errors import Fault


def check_quality(draft: Draft) -> Iterator[Fault]:
    """Yield the dates that cannot be put in order: of no source, or no dates."""
    for i, order in enumerate(draft.config.quality.impossible):
        for end in ("earlier", "later"):
            yield from _date(draft, getattr(order, end), ("quality", "impossible", i, end))
        if order.earlier.source == order.later.source:
            message = "both dates are of one source: no link puts them together"
            fix = "take one of the dates from another source"
            yield draft.fault("C147", ("quality", "impossible", i), message, fix)


def _date(draft: Draft, said: DateColumn, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if said.source not in draft.sources:
        yield unknown_source(draft, (*path, "source"), said.source)
        return
    if draft.columns_of(said.source) is None:
        return
    columns = draft.config.sources[said.source].columns
    if said.column not in columns or not is_date(said.column, columns[said.column]):
        dates = ", ".join(name for name, each in columns.items() if is_date(name, each))
        message = f"{said.source} has no date called {said.column}"
        fix = (
            f"write one of: {dates}"
            if dates
            else f"map it under sources.{said.source}.columns, with  kind: date"
        )
        yield draft.fault("C147", (*path, "column"), message, fix)
