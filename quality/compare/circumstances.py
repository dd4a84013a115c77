"""What differs in how two runs were made: by name, and never a value from the data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from linkage.errors import DataError, Fault
from linkage.runs.storage import storage
from quality.compare.released import Side, read_manifest

_OF_VALUES = frozenset({"codes", "keep", "drop", "findable", "thresholds", "values", "missing"})
"""Settings whose own parts are values from the data: what is in them is not named."""

_SETTINGS = "config.resolved.yaml"
_MOVED = 0.5
"""Match weights that moved by less, in bits, are not named."""

_MOST = 5


@dataclass(frozen=True)
class Difference:
    """One thing that differs: of which kind, its name, and what it was and is where that is said.

    ``kind`` is input, setting, version, seed or parameter.
    """

    kind: str
    name: str
    before: str | None = None
    after: str | None = None

    @property
    def how(self) -> str:
        """Say in words how it differs."""
        if self.kind in {"input", "setting"}:
            return self.after or "changed"
        return f"{self.before or 'none'} -> {self.after or 'none'}"


def differences(before: Side, after: Side) -> tuple[Difference, ...]:
    """Return what differs in inputs, settings, versions, seeds and the model's parameters.

    What one of the folders does not hold, as a release holds no settings, is left out.
    """
    found = [*_inputs(before, after)]
    if before.root is not None and after.root is not None:
        roots = before.root, after.root
        found += _named("setting", *(_flat(_yaml(root / _SETTINGS)) for root in roots))
        manifests = [read_manifest(root / "manifest.json") for root in roots]
        for kind, part in (("version", "versions"), ("seed", "seeds")):
            found += _told(kind, *(each.get(part, {}) for each in manifests))
        found += _parameters(*(read_manifest(root / "model.json") for root in roots))
    return tuple(found)


def same_records(before: Side, after: Side) -> bool:
    """Say whether both are known to be of the same files."""
    return bool(before.sources) and dict(before.sources) == dict(after.sources)


def material_gap(side: Side) -> float | None:
    """Return the smallest gap that matters, as the settings of a run have it."""
    if side.root is None:
        return None
    found = _flat(_yaml(side.root / _SETTINGS)).get("quality.material_gap")
    return found if isinstance(found, float) else None


def _inputs(before: Side, after: Side) -> Iterator[Difference]:
    if before.sources and after.sources:
        yield from _named("input", before.sources, after.sources)


def _named(
    kind: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    """Yield what differs by its name alone."""
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            yield Difference(kind, name, None, "added" if name in after else "removed")
        elif before[name] != after[name]:
            yield Difference(kind, name, None, "changed")


def _told(
    kind: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    """Yield what differs with what it was and is."""
    for name in sorted({*before, *after}):
        first, second = (None if each is None else str(each) for each in _get(name, before, after))
        if first != second:
            yield Difference(kind, name, first, second)


def _get(name: str, *parts: Mapping[str, object]) -> list[object]:
    return [each.get(name) for each in parts]


def _flat(settings: Mapping[str, Any], path: str = "") -> dict[str, object]:
    """Return settings by their paths; a list is one setting, and so is what holds data values."""
    found: dict[str, object] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value and name not in _OF_VALUES:
            found |= _flat(value, f"{path}{name}.")
        else:
            found[f"{path}{name}"] = value
    return found


def _yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with storage(path, "reading the settings of the run"):
        data = path.read_bytes()
    try:
        found = YAML(typ="safe").load(data)
    except YAMLError:
        found = None
    if not isinstance(found, dict):
        fix = "put it back from a copy of the run"
        raise DataError(Fault("R471", "this file does not hold what was written to it", fix, path))
    return found


def _parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the prior where it moved, and the match weights that moved most."""
    prior = "probability_two_random_records_match"
    first, second = before.get(prior), after.get(prior)
    if first and second and f"{first:.3g}" != f"{second:.3g}":
        yield Difference("parameter", "prior of a match", f"{first:.3g}", f"{second:.3g}")
    weights = _weights(before), _weights(after)
    moved = {
        name: (weights[0][name], weights[1][name])
        for name in weights[0].keys() & weights[1].keys()
        if abs(weights[0][name] - weights[1][name]) >= _MOVED
    }
    largest = sorted(moved, key=lambda name: (-abs(moved[name][0] - moved[name][1]), name))
    for name in largest[:_MOST]:
        first, second = moved[name]
        yield Difference("parameter", f"match weight of {name}", f"{first:+.1f}", f"{second:+.1f}")
    if len(moved) > _MOST:
        more = f"{len(moved) - _MOST} more match weights that moved by {_MOVED} bits or more"
        yield Difference("parameter", more, "before", "after")


def _weights(model: Mapping[str, Any]) -> dict[str, float]:
    """Return the match weight of every level, in bits, by comparison and level."""
    return {
        f"{comparison['output_column_name']}, {level['label_for_charts']}": log2(
            level["m_probability"] / level["u_probability"]
        )
        for comparison in model.get("comparisons", ())
        for level in comparison["comparison_levels"]
        if level.get("m_probability") and level.get("u_probability")
    }
