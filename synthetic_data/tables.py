"""Tables of distributions and rates, each with where it comes from, read and checked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from ruamel.yaml import YAML

from linkage.config.nearest import nearest
from linkage.errors import Fault
from synthetic_data.arrays import Floats, Whole
from synthetic_data.codes import codes

Way: TypeAlias = tuple[str, ...]
Place: TypeAlias = Callable[[Way], tuple[Path | None, int | None, int | None]]
"""Says in which file, line and column what is written at a path of a specification stands."""

SUBJECTS = (
    "ethnicity",
    "age",
    "religion",
    "disability",
    "sexual_orientation",
    "gender_identity",
    "marital_status",
    "country_of_birth",
    "nssec",
    "households",
    "outside_households",
    "region",
    "deprivation",
    "moves",
    "births",
    "deaths",
    "emigration",
    "looked_after",
)
"""The data files: one a subject."""

DISTRIBUTIONS = {"share": 1.0, "per_cent": 100.0, "weight": None}
"""What the numbers of a distribution sum to, by unit; weights to anything above nought."""

RATES = {"rate": 1.0, "per_cent": 100.0, "per_1000": 1e3, "per_10000": 1e4, "number": None}
"""What stands for certainty, by unit; ``number`` is no rate."""

_SUMS = 1e-6


@dataclass(frozen=True)
class Origin:
    """Where the figures of a table come from: a source that was read, or us (illustrative)."""

    status: str
    source: str = ""
    url: str = ""
    year: int | None = None
    read: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Figures by code.

    ``values`` has one axis a dimension: those of ``by``, then those of ``of``. A distribution
    sums to one over the axes of ``of``; without ``of`` every figure stands for itself, a rate
    from 0 to 1. The codes of each axis stand in ``axes``; those of an age are lower limits.
    """

    name: str
    by: tuple[str, ...]
    of: tuple[str, ...]
    axes: tuple[tuple[str, ...], ...]
    values: Floats
    origin: Origin

    def ages(self) -> Whole:
        """Return the lower limits of the table's age bands."""
        axis = (*self.by, *self.of).index("age")
        return np.asarray([int(age) for age in self.axes[axis]], dtype=np.int64)


def read_tables(overrides: Mapping[str, Any], place: Place) -> tuple[dict[str, Table], list[Fault]]:
    """Return every table by name (``religion.shares``), and what is wrong with ``overrides``."""
    reading = _Reading(place)
    reading.known((), overrides, SUBJECTS, "subject")
    found = {}
    for subject in SUBJECTS:
        own = reading.mapping((subject,), overrides.get(subject))
        written = document(subject)
        reading.known((subject,), own, written, "table")
        for name, table in written.items():
            way = (subject, name)
            found[".".join(way)] = reading.table(way, table, reading.mapping(way, own.get(name)))
    return found, reading.faults


@cache
def document(subject: str) -> dict[str, Any]:
    """Return a data file as it is written, by its subject."""
    path = files(__package__).joinpath("data", f"{subject}.yaml")
    read: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return read


@dataclass
class _Reading:
    """One reading of all tables, with the faults found on the way."""

    place: Place
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, way: Way, message: str, fix: str) -> None:
        file, line, column = self.place(way)
        self.faults.append(Fault(code, message, fix, file, line, column, ".".join(way)))

    def known(
        self, way: Way, written: Mapping[str, Any], names: Collection[str], what: str
    ) -> None:
        """Report what is written under names that there are not."""
        for name in written:
            if name not in names:
                meant = nearest(str(name), names)
                fix = f"write  {meant}" if meant else f"write one of: {', '.join(names)}"
                self.fault("S151", (*way, str(name)), f'there is no {what} "{str(name)[:60]}"', fix)

    def mapping(self, way: Way, written: object) -> Mapping[str, Any]:
        if written is None or isinstance(written, Mapping):
            return written or {}
        self.fault("S152", way, "this is not a set of settings", "write it as the data files do")
        return {}

    def table(self, way: Way, base: Mapping[str, Any], own: Mapping[str, Any]) -> Table:
        """Return a table: what the user wrote for it, and the data file for the rest."""
        by, of = tuple(base["by"]), tuple(base["of"])
        self.known(way, own, ("values", "unit", "source", "url", "year", "read", "note"), "setting")
        axes = _axes(base["values"], (*by, *of))
        units = DISTRIBUTIONS if of else RATES
        unit = own.get("unit", base["unit"])
        if unit not in units:
            self.fault("S153", (*way, "unit"), "this is not a unit", f"write: {', '.join(units)}")
            unit = base["unit"]
        values = own.get("values")
        merged = base["values"] if values is None else _merged(base["values"], values, len(by))
        numbers = np.zeros([len(axis) for axis in axes])
        before = len(self.faults)
        self.fill(numbers, axes, merged, (*way, "values"))
        if len(self.faults) == before:
            numbers = self.scaled((*way, "values"), numbers, axes, len(by), unit)
        return Table(".".join(way), by, of, axes, numbers, _origin(base, own))

    def fill(self, into: Floats, axes: tuple[Way, ...], written: object, way: Way) -> None:
        """Write numbers into an array, a code an index, and report what does not fit."""
        if not axes:
            if isinstance(written, bool) or not isinstance(written, int | float):
                self.fault("S154", way, "this is not a number", "write a number, 0 or more")
            elif not 0 <= written < float("inf"):
                self.fault("S154", way, "a negative number", "write a number, 0 or more")
            else:
                into[...] = written
            return
        if not isinstance(written, Mapping):
            message = "here stands a number for each code"
            self.fault("S152", way, message, f"write each of: {', '.join(axes[0])}")
            return
        rows = {str(key): value for key, value in written.items()}
        self.known(way, rows, axes[0], "code")
        missing = [code for code in axes[0] if code not in rows]
        if missing:
            self.fault("S155", way, f"missing: {', '.join(missing)}", "write every code, 0 too")
        for index, code in enumerate(axes[0]):
            if code in rows:
                self.fill(into[index, ...], axes[1:], rows[code], (*way, code))

    def scaled(
        self, way: Way, numbers: Floats, axes: tuple[Way, ...], n_by: int, unit: str
    ) -> Floats:
        """Return distributions that sum to one and rates from 0 to 1, and report the others."""
        if n_by == len(axes):
            return self.as_rates(way, numbers, axes, unit)
        rows = numbers.reshape(*numbers.shape[:n_by], -1)
        sums = rows.sum(axis=-1)
        wanted = DISTRIBUTIONS[unit]
        wrong = sums <= 0 if wanted is None else np.abs(sums / wanted - 1) > _SUMS
        for where in np.argwhere(wrong):
            at = tuple(axes[axis][index] for axis, index in enumerate(where))
            message = f"this sums to {sums[tuple(where)]:g}, not to {wanted or 'more than 0'}"
            fix = f"make it sum to {wanted:g}" if wanted else "write a number above 0"
            self.fault("S156", (*way, *at), message, fix)
        divisors = np.where(sums > 0, sums, 1.0)
        return numbers / divisors.reshape(*sums.shape, *[1] * (len(axes) - n_by))

    def as_rates(self, way: Way, numbers: Floats, axes: tuple[Way, ...], unit: str) -> Floats:
        whole = RATES[unit]
        if whole is None:
            return numbers
        for where in np.argwhere(numbers > whole):
            at = tuple(axes[axis][index] for axis, index in enumerate(where))
            self.fault("S157", (*way, *at), "a rate above one", f"write {whole:g} or less")
        return numbers / whole


def _axes(values: Mapping[str, Any], dimensions: Way) -> tuple[Way, ...]:
    """Return the codes of each dimension; the limits of age bands are those of the data file."""
    axes = []
    for dimension in dimensions:
        axes.append(tuple(map(str, values)) if dimension == "age" else codes(dimension))
        values = next(iter(values.values()))
    return tuple(axes)


def _merged(base: Mapping[str, Any], own: object, depth: int) -> object:
    """Return ``own`` laid over ``base`` down to the rows: a distribution is replaced whole."""
    if depth == 0 or not isinstance(own, Mapping):
        return own
    laid = {str(key): value for key, value in base.items()}
    for key, value in own.items():
        within = laid.get(str(key))
        laid[str(key)] = _merged(within, value, depth - 1) if within is not None else value
    return laid


def _origin(base: Mapping[str, Any], own: Mapping[str, Any]) -> Origin:
    """Return where a table comes from. What a user wrote is theirs, whatever the rest was."""
    written: Mapping[str, Any] = {"status": "given by the user", **own} if own else base
    status = written.get("status", "published")
    known = {name: written[name] for name in ("source", "url", "year", "read") if name in written}
    return Origin(status, note=str(written.get("note", "")).strip(), **known)
