"""Do settings fit sources that are encoded: what the linkage unit cannot see it cannot be asked."""

from collections.abc import Iterator

from linkage.config.check_comparisons import listed
from linkage.config.draft import Draft
from linkage.config.encoded_sources import encoded_columns, is_group
from linkage.config.nodes import Path
from linkage.config.source_settings import ENCODINGS
from linkage.errors import Fault

Read = tuple[Path, str, str | None]
"""A place in the file, and the source and column that it reads."""

_OF_ITS_FOLDER = ("path", "id", "columns", "table", "csv", "keep", "drop", "weight")
_OF_SCHEMAS = ("levels", "of", "salt")
_GROUPS_ALONE = "name a column group_... of the folder: only those are not encoded"


def check_encoded(draft: Draft) -> Iterator[Fault]:
    """Yield what cannot be asked of encoded sources, and what is said of encodings elsewhere."""
    encoded = [name for name, each in draft.config.sources.items() if each.encoded is not None]
    yield from _written_by_hand(draft)
    if not encoded:
        return
    for name in encoded:
        yield from _beside_the_folder(draft, name)
    yield from _mixed(draft, encoded)
    yield from _columns_read(draft, encoded)
    yield from _engine(draft)
    yield from _coarse_alone(draft)
    yield from _too_low(draft)


def _written_by_hand(draft: Draft) -> Iterator[Fault]:
    """Yield what a folder's schema says and a configuration cannot."""
    fix = "remove it, and write  encoded:  with the folder that link encode wrote"
    for name, source in draft.config.sources.items():
        at: Path = ("sources", name)
        if draft.is_written(*at, "origin"):
            message = "origin is read from an encoded folder, and never written"
            yield draft.fault("C185", (*at, "origin"), message, fix, key=True)
        for role, column in source.columns.items():
            place: Path = (*at, "columns", role)
            settings = ["kind"] if column.kind in ENCODINGS else []
            for setting in (*settings, *_OF_SCHEMAS):
                if draft.is_written(*place, setting):
                    message = f"{setting} says how a column was encoded, which its folder does"
                    yield draft.fault("C185", (*place, setting), message, fix, key=True)


def _beside_the_folder(draft: Draft, name: str) -> Iterator[Fault]:
    """Yield the settings of a file beside an encoded folder."""
    for setting in _OF_ITS_FOLDER:
        if draft.is_written("sources", name, setting):
            message = f"{setting} is not read beside encoded: the folder says what it holds"
            path: Path = ("sources", name, setting)
            yield draft.fault("C184", path, message, f"remove {setting}", key=True)


def _mixed(draft: Draft, encoded: list[str]) -> Iterator[Fault]:
    """Yield that sources in clear text stand beside encoded ones."""
    for name in draft.config.sources:
        if name not in encoded:
            message = f"{name} is in clear text and {encoded[0]} is encoded: nothing compares"
            fix = "let the owner of each source encode it; the unit links encodings alone"
            yield draft.fault("C184", ("sources", name), message, fix, key=True)


def _columns_read(draft: Draft, encoded: list[str]) -> Iterator[Fault]:
    """Yield groups, variables and filters of columns that are encoded."""
    for path, source, column in (*_groups(draft), *_variables(draft), *_findable(draft)):
        if source in encoded and column is not None and not is_group(column):
            message = f"{column} is encoded in {source}, and holds nothing that can be read"
            yield draft.fault("C186", path, message, _GROUPS_ALONE)


def _groups(draft: Draft) -> Iterator[Read]:
    for name, group in draft.config.groups.items():
        yield ("groups", name), group.source, group.from_ or group.column
        for i, other in enumerate(group.also):
            column = group.from_ or other.column or group.column
            yield ("groups", name, "also", i), other.source, column


def _variables(draft: Draft) -> Iterator[Read]:
    for i, each in enumerate(draft.config.missingness.variables):
        yield ("missingness", "variables", i, "column"), each.source, each.column
    for i, analysis in enumerate(draft.config.analyses):
        yield from ((("analyses", i), used.source, used.column) for used in analysis.variables)


def _findable(draft: Draft) -> Iterator[Read]:
    for name, source in draft.config.sources.items():
        yield from (
            (("sources", name, "findable", column), name, column) for column in source.findable
        )


def _engine(draft: Draft) -> Iterator[Fault]:
    """Yield that Spark compares no filters."""
    if draft.config.engine.backend == "spark":
        message = "Spark does not compare encodings"
        yield draft.fault("C186", ("engine", "backend"), message, "write  backend: duckdb")


def _coarse_alone(draft: Draft) -> Iterator[Fault]:
    """Yield the rules that ask coarse tokens alone, whose values the unit can work out."""
    columns, linkage = encoded_columns(draft.config.sources), draft.config.linkage
    for setting in ("deterministic", "blocking"):
        rules = getattr(linkage, setting)
        for i, rule in enumerate(rules if isinstance(rules, tuple) else ()):
            asked = [part.strip() for term in rule for part in term.split("=")]
            kinds = {columns[name].kind for name in asked if name in columns}
            if kinds == {"coarse_token"}:
                message = f"{' and '.join(rule)} can be worked out without the key"
                fix = "add a column of more values: coarse tokens never block alone"
                yield draft.fault("C187", ("linkage", setting, i), message, fix)


def _too_low(draft: Draft) -> Iterator[Fault]:
    """Yield the levels under the lowest that a filter was calibrated for."""
    columns = encoded_columns(draft.config.sources)
    for i, comparison in enumerate(listed(draft)):
        for name in (comparison.column, *comparison.columns):
            known = columns[name].levels if name in columns else ()
            lowest = min(known, default=0.0)
            if comparison.kind == "dice" and any(level < lowest for level in comparison.levels):
                message = f"{name} cannot be told from another value under Dice {lowest:g}"
                kept = [f"{level:g}" for level in comparison.levels if level >= lowest]
                kept = kept or [f"{level:g}" for level in known]
                fix = f"write  levels: [{', '.join(kept)}]"
                path: Path = ("linkage", "comparisons", i, "levels")
                yield draft.fault("R550", path, message, fix)
