"""The configuration against the data it names and the machine: the second tier of checks.

Cheap by design: the columns' names, and counts of the values of a few columns. Whether identifiers
are unique and the file is whole is proved when it is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from linkage.config import nodes
from linkage.config.check_columns import is_date
from linkage.config.check_deliveries import check_deliveries
from linkage.config.check_engine import check_engine
from linkage.config.check_group_values import check_group_values, columns_as_they_stand
from linkage.config.check_release import check_release
from linkage.config.check_room import check_room
from linkage.config.check_values import check_values
from linkage.config.loader import Loaded, in_order
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.config.schema import Column, Source
from linkage.config.source_profile import profile
from linkage.errors import ConfigError, DataError, Fault
from linkage.sources.opening import column_names


def require(loaded: Loaded) -> tuple[Fault, ...]:
    """Return the warnings of :func:`check`.

    Raises
    ------
    ConfigError, DataError
        When the configuration does not fit the data, with everything that does not.
    """
    found = check(loaded)
    errors = [fault for fault in found if fault.severity == "error"]
    if errors:
        only_data = all(fault.code.startswith("D") for fault in errors)
        raise DataError(errors) if only_data else ConfigError(errors)
    return tuple(found)


def check(loaded: Loaded) -> list[Fault]:
    """Return everything that does not fit the data or the machine, in the file's order."""
    faults: list[Fault] = []
    refused = check_deliveries(loaded.config.sources)
    faults += [_placed(loaded, name, fault) for name, fault in refused]
    for name, source in loaded.config.sources.items():
        unread = any(broken in loaded.broken for broken in _ways_in(name))
        if unread or any(name == other for other, _ in refused):
            continue
        try:
            faults += _source(loaded, name, source)
        except DataError as error:
            faults += [_placed(loaded, name, fault) for fault in error.faults]
    truth = loaded.config.quality.truth
    if truth is not None and not truth.is_file():
        message, fix = "the truth file does not exist", "give the path of a .parquet or .csv file"
        faults.append(loaded.fault("D360", ("quality", "truth"), message, fix))
    faults += _looked_up(loaded)
    coverage = loaded.config.missingness.coverage
    if coverage is not None and not coverage.is_file():
        message, fix = "the table of coverage does not exist", "give the path of a .csv file"
        faults.append(loaded.fault("D395", ("missingness", "coverage"), message, fix))
    population = loaded.config.quality.reference_population
    if population is not None and not population.is_file():
        message, fix = "the reference population does not exist", "give the path of a .csv file"
        faults.append(loaded.fault("D396", ("quality", "reference_population"), message, fix))
    faults += [*check_engine(loaded.config.engine, loaded.document), *_review(loaded)]
    faults += check_release(loaded.config, loaded.document)
    faults += check_room(loaded.config.governance, loaded.document)
    return list(in_order(faults))


def _review(loaded: Loaded) -> Iterator[Fault]:
    """Yield that there is no review where one is named: better now than after hours of linking."""
    folder = loaded.config.quality.review
    if folder is not None and not (folder / "design.json").is_file():
        fix = "give the folder that link review sample printed; leave it out for no review"
        message = f"there is no review at quality.review ({folder})"
        yield loaded.fault("D370", ("quality", "review"), message, fix)


def _looked_up(loaded: Loaded) -> Iterator[Fault]:
    """Yield area look-ups that are not there, or have not the columns named."""
    for name, group in loaded.config.groups.items():
        if (lookup := group.lookup) is None:
            continue
        at: Path = ("groups", name, "lookup")
        columns = {"value": Column(column=lookup.value)}
        try:
            held = column_names(Source(path=lookup.path, id=lookup.key, columns=columns), name)
        except DataError as error:
            for fault in error.faults:
                message = fault.message.replace(f"source {name}:", f"the look-up of {name}:")
                yield loaded.fault(fault.code, (*at, "path"), message, fault.fix)
            continue
        named = [("key", lookup.key), ("value", lookup.value)]
        header = _header(held, (column for _, column in named))
        for key, column in named:
            if column not in held:
                yield _unknown(loaded, f"the look-up of {name}", (*at, key), column, header, False)


def _ways_in(name: str) -> list[Path]:
    """Return the settings without which a source's file cannot be looked at."""
    return [("sources", name), *(("sources", name, key) for key in ("path", "table", "csv"))]


def _source(loaded: Loaded, name: str, source: Source) -> Iterator[Fault]:
    held = column_names(source, name)
    named = [each for each in _named(loaded, name, source) if each[0] not in loaded.broken]
    header = _header(held, (column for _, column, _ in named))
    for path, column, key in named:
        if column not in held:
            yield _unknown(loaded, name, path, column, header, key)
    if source.encoded is not None:  # nothing in it can be looked at
        return
    columns = [c for c in source.columns.items() if c[1].column in held]
    texts = [c.column for role, c in columns if c.column and (role == "sex" or is_date(role, c))]
    filled = [c.column for _, c in columns if c.column]
    texts += [each for each in columns_as_they_stand(loaded, name) if each in held]
    found = profile(name, source, texts, filled)
    yield from check_values(loaded, name, source, found)
    yield from check_group_values(loaded, name, found)


def _named(loaded: Loaded, name: str, source: Source) -> Iterator[tuple[Path, str, bool]]:
    """Yield every place that names a column of the source, and whether it is a key."""
    at: Path = ("sources", name)
    yield (*at, "id"), source.id, False
    if source.weight is not None:
        yield (*at, "weight"), source.weight, False
    filtered = {"keep": source.keep, "drop": source.drop, "findable": source.findable}
    for setting, filters in filtered.items():
        yield from (((*at, setting, column), column, True) for column in filters)
    for role, column in source.columns.items():
        parts = {key: getattr(column, key) for key in ("column", "day", "month", "year")}
        yield from (((*at, "columns", role, key), c, False) for key, c in parts.items() if c)
    yield from _named_beside(loaded, name)


def _named_beside(loaded: Loaded, name: str) -> Iterator[tuple[Path, str, bool]]:
    """Yield the places outside the source's own section that name one of its columns."""
    for group_name, group in loaded.config.groups.items():
        held = group.held_in(name)
        if held is not None and held.column is not None:
            others = [other.source for other in group.also]
            at: Path = () if name not in others else ("also", others.index(name))
            yield ("groups", group_name, *at, "column"), held.column, False
    for i, variable in enumerate(loaded.config.missingness.variables):
        if variable.source == name:
            yield ("missingness", "variables", i, "column"), variable.column, False
    for i, analysis in enumerate(loaded.config.analyses):
        places = [("outcome",), *(("covariates", j) for j in range(len(analysis.covariates)))]
        for place, each in zip(places, analysis.variables, strict=True):
            if each.source == name:
                yield ("analyses", i, *place, "column"), each.column, False


def _header(held: tuple[str, ...], named: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a file as they may be told: none where no named one is among them.

    The first line of a file without column names is a person.
    """
    return held if not set(held).isdisjoint(named) else ()


def _unknown(
    loaded: Loaded, name: str, path: Path, column: str, header: tuple[str, ...], key: bool
) -> Fault:
    meant = nearest(column, header)
    shown = ", ".join(header[:20]) + (", ..." if len(header) > 20 else "")
    fix = f"write  {meant}" if meant else f"the file has: {shown}"
    if not header:
        fix = "see that the file's first line names its columns, these among them"
    exists = nodes.find(loaded.document.root, path) is not None
    path = path if exists else path[:-1]
    return loaded.fault("C201", path, f'{name} has no column called "{column}"', fix, key=key)


def _placed(loaded: Loaded, name: str, fault: Fault) -> Fault:
    """Return a fault of the data file as one of the line that names the file."""
    if fault.line is not None:
        return fault
    setting = "path" if loaded.config.sources[name].encoded is None else "encoded"
    message = f"{fault.message} ({fault.file})" if fault.file else fault.message
    shown = loaded.fault(fault.code, ("sources", name, setting), message, fault.fix)
    return replace(shown, severity=fault.severity)
