"""Do the listed comparisons fit their columns, and their settings each other."""

from collections.abc import Iterator
from itertools import pairwise

from linkage.config.draft import Draft
from linkage.config.linkage_settings import Comparison
from linkage.config.nodes import Path
from linkage.config.schema import ROLES, Config
from linkage.errors import Fault


def listed(draft: Draft) -> tuple[Comparison, ...]:
    """Return the comparisons that the file lists; none when they are chosen."""
    comparisons = draft.config.linkage.comparisons
    return comparisons if isinstance(comparisons, tuple) else ()


def check_comparisons(draft: Draft) -> Iterator[Fault]:
    """Yield what is wrong with the listed comparisons, beside the columns that nobody holds."""
    seen: set[str] = set()
    for i, comparison in enumerate(listed(draft)):
        path: Path = ("linkage", "comparisons", i)
        name = comparison.name or comparison.column or "_".join(comparison.columns)
        if name in seen:
            message = f"two comparisons are called {name}"
            yield draft.fault("C143", path, message, "give one of them a  name:  of its own")
        seen.add(name)
        yield from _levels(draft, path, comparison)
        yield from _not_read(draft, path, comparison)
        yield from _kind(draft, path, comparison)


def _not_read(draft: Draft, path: Path, comparison: Comparison) -> Iterator[Fault]:
    """Yield the settings that do nothing beside the others."""
    if comparison.sql and comparison.kind != "custom":
        message = f"sql is read for  kind: custom  only, and this is {comparison.kind}"
        fix = "remove sql, or write  kind: custom"
        yield draft.fault("C137", (*path, "sql"), message, fix, key=True)
    if len(comparison.columns) < 2 or comparison.kind == "custom":
        return
    for setting, unread in (("kind", "exact"), ("term_frequency", False)):
        if getattr(comparison, setting) != unread:
            message = f"{setting} is read for one column; several are compared by how many agree"
            fix = f"remove {setting}, or compare each column by itself"
            yield draft.fault("C137", (*path, setting), message, fix, key=True)


_FITTING: dict[str, tuple[str, ...]] = {
    "text": ("exact", "jaro_winkler", "levenshtein", "postcode"),
    "number": ("exact", "number"),
    "date": ("exact", "date"),
    "array": ("exact", "array"),
    "filter": ("exact", "dice"),
    "token": ("exact",),
}
_NUMBERS = {"birth_year", "birth_month", "birth_day"}


def _kind(draft: Draft, path: Path, comparison: Comparison) -> Iterator[Fault]:
    """Yield a fault for a kind of comparison that the column's values cannot be put to."""
    columns = (comparison.column,) if comparison.column else comparison.columns
    if comparison.kind == "custom" or len(columns) != 1:
        return
    holds = _held_kind(draft.config, columns[0])
    if comparison.kind not in _FITTING[holds]:
        message = (
            f"{columns[0]} holds {_WORDS[holds]}, which  kind: {comparison.kind}  cannot compare"
        )
        fix = f"write one of: {', '.join(_FITTING[holds])}"
        if comparison.kind in _WORDS and _is_own(draft.config, columns[0]):
            fix += f"; or state  kind: {comparison.kind}  for the column in each source"
        yield draft.fault("C146", (*path, "kind"), message, fix)


_WORDS = {
    "text": "text",
    "number": "numbers",
    "date": "dates",
    "array": "arrays",
    "filter": "filters",
    "token": "tokens",
}


def _is_own(config: Config, column: str) -> bool:
    """Tell whether a column is one of the user's own, whose kind the sources state."""
    return column not in ROLES and any(column in each.columns for each in config.sources.values())


def _held_kind(config: Config, column: str) -> str:
    """Return what a standardised column holds, as the sources that name it say."""
    if column == "date_of_birth":
        return "date"
    if column in _NUMBERS:
        return "number"
    said = [
        source.columns[column].kind
        for source in config.sources.values()
        if column in source.columns
    ]
    kind = next((each for each in said if each), "text")
    return {"category": "text", "coarse_token": "token", "band": "token"}.get(kind, kind)


_LEVELS = {
    "jaro_winkler": ("similarities between 0 and 1, highest first: [0.92, 0.8]", -1, 1.0),
    "dice": ("Dice coefficients between 0 and 1, highest first: [0.85, 0.75]", -1, 1.0),
    "array": ("numbers of values in common, highest first: [3, 1]", -1, None),
    "levenshtein": ("numbers of edits, lowest first: [1, 2]", 1, None),
    "number": ("differences, lowest first: [1, 5]", 1, None),
    "date": ("differences in days, lowest first: [1, 31]", 1, None),
}
"""What the levels of a kind are: in words, rising or falling, and the most they can be."""


def _levels(draft: Draft, path: Path, comparison: Comparison) -> Iterator[Fault]:
    levels, kind = comparison.levels, comparison.kind
    if not levels:
        return
    if kind not in _LEVELS:
        message = f"a comparison of kind {kind} takes no levels"
        yield draft.fault("C137", (*path, "levels"), message, "remove levels", key=True)
        return
    words, direction, most = _LEVELS[kind]
    falls = any((b - a) * direction <= 0 for a, b in pairwise(levels))
    outside = any(level <= 0 or (most is not None and level > most) for level in levels)
    if falls or outside:
        ordered = sorted({level for level in levels if level > 0}, reverse=direction < 0)
        message = f"levels stand strictest first; for {kind} they are {words}"
        shown = ", ".join(f"{level:g}" for level in ordered if most is None or level <= most)
        yield draft.fault("C139", (*path, "levels"), message, f"write  levels: [{shown}]")
