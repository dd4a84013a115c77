"""Do the values fit what the configuration says of them. Only counts leave here, no value."""

from collections.abc import Iterator, Mapping

from linkage.config.check_columns import is_date, wrong_format
from linkage.config.columns import provided
from linkage.config.date_formats import formats_for, order_is_open, unread
from linkage.config.loader import Loaded
from linkage.config.nodes import Path
from linkage.config.source_profile import Profile
from linkage.config.source_settings import Column, Source
from linkage.errors import Fault
from linkage.standardise.sex import sex

_TOO_MANY = 0.10
"""Above this share of unread dates the format is wrong, not the data."""

_SECOND_FORMAT = 0.01
"""Above this share, unread dates that other formats do read are a second format."""


def check_values(loaded: Loaded, name: str, source: Source, found: Profile) -> Iterator[Fault]:
    """Yield what in the values of one source does not fit its columns' descriptions."""
    for role, column in source.columns.items():
        path: Path = ("sources", name, "columns", role)
        if column.column is None or column.column not in found.filled:
            continue
        if is_date(role, column) and _formats_hold(loaded, path, column):
            yield from _dates(loaded, path, column, found.texts[column.column])
        if role == "sex" and not _is_broken(loaded, (*path, "codes")):
            yield from _sex(loaded, path, column, found.texts[column.column])
        if found.rows and not found.filled[column.column]:
            yield from _empty(loaded, path, name, role, column)
    yield from _filters(loaded, name, found)


def rounded(n: int) -> str:
    """Return a count of rows to two figures: enough to act on, and nothing about one person."""
    if n < 10:
        return "fewer than 10"
    unit = int(10 ** (len(str(n)) - 2))
    return f"about {round(n / unit) * unit:,}"


def _dates(loaded: Loaded, path: Path, column: Column, texts: Mapping[str, int]) -> Iterator[Fault]:
    rows = sum(texts.values())
    failed = unread(texts, column.format)
    n_failed = sum(failed.values())
    if n_failed == 0:
        return
    share = n_failed / rows
    others_read = formats_for(failed)[1] if share > _SECOND_FORMAT else 0.0
    is_wrong = share > _TOO_MANY or (share > _SECOND_FORMAT and others_read > 0.8)
    said = f"{rounded(n_failed)} of {rounded(rows).removeprefix('about ')} dates"
    if not is_wrong:
        message = f"{said} are no calendar day; they will be missing or compared digit by digit"
        fix = "nothing, if these are slips; add a format, if they are written another way"
        yield loaded.fault("C202", path, message, fix, severity="warning")
    elif column.format:
        message = f"{said} are no day in {' or '.join(column.format)}"
        yield loaded.fault("C202", (*path, "format"), message, _format_fix(column.format, texts))
    else:
        message = f"the column is text and has no format; {said} cannot be read without one"
        yield loaded.fault("C205", path, message, _format_fix((), texts))


def _format_fix(given: tuple[str, ...], texts: Mapping[str, int]) -> str:
    """Return what to write for ``format``: the fewest formats that read the column."""
    formats, _ = formats_for(texts, given)
    if not set(formats) - set(given):
        return 'write all formats that the column holds: format: ["%d/%m/%Y", ...]'
    listed = ", ".join(f'"{each}"' for each in formats)
    fix = f"write  format: {listed if len(formats) == 1 else f'[{listed}]'}"
    if order_is_open(texts, formats):
        fix += "  and make sure that the day stands where it says"
    return fix


def _sex(loaded: Loaded, path: Path, column: Column, texts: Mapping[str, int]) -> Iterator[Fault]:
    if column.codes is None and any(text.strip().isdecimal() for text in texts):
        message = "digits stand for sex, and nothing says which: 1 is female in the census and "
        message += "male in health systems"
        fix = "write  codes: {1: F, 2: M}  or  codes: {1: M, 2: F}  as the source's papers say"
        yield loaded.fault("C204", path, message, fix)
        return
    codes = column.codes or {}
    n_unknown = sum(n for text, n in texts.items() if sex(text, codes).values[1] == "invalid")
    if n_unknown:
        message = f"{rounded(n_unknown)} rows hold a sex that is not understood"
        fix = "add what is missing to  codes:  as in  codes: {f: F, m: M, u: not_stated}"
        yield loaded.fault("C207", path, message, fix, severity="warning")


def _empty(loaded: Loaded, path: Path, name: str, role: str, column: Column) -> Iterator[Fault]:
    """Yield a fault for a column without any value that a blocking rule or match-key uses."""
    linkage = loaded.config.linkage
    rules = [*linkage.deterministic, *(linkage.blocking if linkage.blocking != "auto" else ())]
    used = set(provided(role, column))
    if any(used & set(rule) for rule in rules):
        message = f"{name} holds no value at all in {role}, which a blocking rule uses"
        fix = "map the column that holds it, or take it out of the rule"
        yield loaded.fault("C203", path, message, fix)


def _filters(loaded: Loaded, name: str, found: Profile) -> Iterator[Fault]:
    for (setting, column, value), n in found.named.items():
        if n == 0:
            message = f"no row of {name} has this value in {column}"
            path = ("sources", name, setting, column)
            fix = "compare the spelling with the source's own papers" if value else "remove it"
            yield loaded.fault("C206", path, message, fix, severity="warning")


def _formats_hold(loaded: Loaded, path: Path, column: Column) -> bool:
    return not _is_broken(loaded, (*path, "format")) and not any(map(wrong_format, column.format))


def _is_broken(loaded: Loaded, path: Path) -> bool:
    return any(path[: len(broken)] == broken for broken in loaded.broken)
