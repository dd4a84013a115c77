"""Finding estimates by what they are of, with groups in the order of their list."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from linkage.characteristics.standards import standard, standard_names
from linkage.config.group_names import CROSS, ROLLED_UP, UNKNOWN
from linkage.config.schema import Config
from quality.estimate import Estimate
from quality.release.naming import TOO_SMALL
from quality.report.wording import group_label, isolate, plain

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Lookup:
    """The estimates that may be shown, and what the configuration calls things."""

    config: Config
    estimates: tuple[Estimate, ...]

    def of(self, measure: str) -> tuple[Estimate, ...]:
        """Return every estimate of a measure."""
        return self._by_measure.get(measure, ())

    def by_method(self, *methods: str) -> "Lookup":
        """Return the estimates that some methods made, to be looked up in the same way."""
        if methods not in self._parts:
            found = tuple(each for each in self.estimates if each.method in methods)
            self._parts[methods] = replace(self, estimates=found)
        return self._parts[methods]

    def uncrossed(self) -> "Lookup":
        """Return the estimates without those of intersections, to be looked up in the same way."""
        found = tuple(each for each in self.estimates if CROSS not in (each.characteristic or ""))
        return replace(self, estimates=found)

    def only(self, characteristic: str) -> "Lookup":
        """Return the estimates of all records and of one characteristic, to be looked up alike."""
        if characteristic not in self._parts:
            held = (None, characteristic)
            found = tuple(each for each in self.estimates if each.characteristic in held)
            self._parts[characteristic] = replace(self, estimates=found)
        return self._parts[characteristic]

    def every_characteristic(self) -> tuple[str, ...]:
        """Return the characteristics of this run in their order, without those that cross.

        The headings of a list stand before the list itself.
        """
        found = self._ordered(each.characteristic for each in self.estimates)
        place = {name: k for k, name in enumerate(self.config.groups)}

        def rank(name: str) -> tuple[int, bool]:
            return place.get(name.removesuffix(ROLLED_UP), len(place)), ROLLED_UP not in name

        return tuple(sorted((name for name in found if CROSS not in name), key=rank))

    def overall(self, measure: str, source: str | None, other: str | None) -> Estimate | None:
        """Return the estimate of all records."""
        found = (each for each in self.of(measure) if each.characteristic is None)
        return next((each for each in found if (each.source, each.other) == (source, other)), None)

    def by_group(
        self, measure: str, source: str | None, other: str | None, characteristic: str
    ) -> tuple[Estimate, ...]:
        """Return the estimates of every group of a characteristic, in the order of its list."""
        found = self._by_place.get((measure, source, other, characteristic), ())
        place = self.group_places(characteristic, (each.group or "" for each in found))
        return tuple(sorted(found, key=lambda each: place[each.group or ""]))

    def of_group(
        self,
        measure: str,
        source: str | None,
        other: str | None,
        characteristic: str | None,
        group: str | None,
    ) -> Estimate | None:
        """Return the first estimate of one group; None where there is none."""
        return self._of_group.get((measure, source, other, characteristic, group))

    def group_places(self, characteristic: str, groups: Iterable[str]) -> dict[str, int]:
        """Return where each group stands: by its list, else by name; the unknown last."""
        listed = self._list_of(characteristic)
        ordered = sorted(
            set(groups),
            key=lambda group: (
                group == UNKNOWN,
                group.endswith(TOO_SMALL),
                listed.index(group) if group in listed else len(listed),
                _natural(group),
            ),
        )
        return {group: place for place, group in enumerate(ordered)}

    def characteristics(self, measure: str) -> tuple[str, ...]:
        """Return the characteristics of a measure, in the order of the configuration."""
        return self._ordered(each.characteristic for each in self.of(measure))

    def characteristics_of(self, source: str, measures: Iterable[str]) -> tuple[str, ...]:
        """Return the characteristics by which a source's measures are shown."""
        rows = (each for measure in measures for each in self.of(measure))
        return self._ordered(each.characteristic for each in rows if each.source == source)

    def pairs(self, measure: str) -> tuple[tuple[str | None, str | None], ...]:
        """Return the pairs of sources of a measure, in the order of the configuration."""
        found = {(each.source, each.other) for each in self.of(measure)}
        place = {name: k for k, name in enumerate(self.config.sources)}
        last = len(place)
        return tuple(sorted(found, key=lambda pair: [place.get(name or "", last) for name in pair]))

    def characteristic_label(self, characteristic: str) -> str:
        """Return what a characteristic is called in a line; an intersection joins its parts."""
        return CROSS.join(self._labels(characteristic.split(CROSS)))

    def source_label(self, source: str | None) -> str:
        """Return what a source is called."""
        if source is None:
            return "all sources"
        known = self.config.sources.get(source)
        return isolate(known.label or source) if known else isolate(source)

    # a report looks up thousands of cells: each way to find them is made once

    @cached_property
    def _by_measure(self) -> dict[str, tuple[Estimate, ...]]:
        return _indexed(self.estimates, lambda each: each.measure)

    @cached_property
    def _by_place(self) -> dict[tuple[str | None, ...], tuple[Estimate, ...]]:
        return _indexed(
            self.estimates,
            lambda each: (each.measure, each.source, each.other, each.characteristic),
        )

    @cached_property
    def _of_group(self) -> dict[tuple[str | None, ...], Estimate]:
        return {
            (*place, each.group): each
            for place, found in self._by_place.items()
            for each in reversed(found)
        }

    @cached_property
    def _parts(self) -> dict[str | tuple[str, ...], "Lookup"]:
        return {}

    def _ordered(self, found: Iterable[str | None]) -> tuple[str, ...]:
        """Return characteristics in the order of the configuration, intersections last."""
        names = {name for name in found if name is not None}
        own = (each for name in self.config.groups for each in (name, f"{name}{ROLLED_UP}"))
        known = [name for name in own if name in names]
        return (*known, *sorted(names.difference(known)))

    def _labels(self, characteristics: Iterable[str]) -> Iterator[str]:
        for name in characteristics:
            bare = name.removesuffix(ROLLED_UP)
            known = self.config.groups.get(bare)
            said = isolate(known.label) if known and known.label else plain(bare)
            yield f"{said}{ROLLED_UP}" if bare != name else said

    def _list_of(self, characteristic: str) -> tuple[str, ...]:
        known = self.config.groups.get(characteristic.removesuffix(ROLLED_UP))
        if known is None or known.harmonised not in standard_names():
            return ()
        found = standard(known.harmonised)
        if characteristic.endswith(ROLLED_UP):
            return found.headings
        return found.groups if found.bands is None else found.bands.split(known.split).names


def _indexed(
    estimates: Iterable[Estimate], key: Callable[[Estimate], _Key]
) -> dict[_Key, tuple[Estimate, ...]]:
    found: dict[_Key, list[Estimate]] = {}
    for each in estimates:
        found.setdefault(key(each), []).append(each)
    return {name: tuple(rows) for name, rows in found.items()}


def row_label(estimate: Estimate) -> str:
    """Return what the row of an estimate is called."""
    return "All records" if estimate.group is None else group_label(estimate.group)


def _natural(group: str) -> tuple[tuple[int, int, str], ...]:
    """Sort 5-9 before 10-14."""
    parts = re.findall(r"\d+|\D+", group)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in parts)
