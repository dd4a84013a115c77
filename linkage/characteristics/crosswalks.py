"""From one harmonised list to another, with what is lost, read from crosswalks.yaml."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from linkage.characteristics.standards import Standard, standard


@dataclass(frozen=True)
class Crosswalk:
    """What the groups of the list ``source`` become in the list ``target``.

    ``becomes`` holds, by group, the groups it becomes with the share of each, which add up to 1:
    several where the first list cannot tell which. ``lost`` says, by group, what cannot be told any
    more. Groups are named by their labels.
    """

    source: str
    target: str
    becomes: Mapping[str, Mapping[str, float]]
    lost: Mapping[str, str]
    confidence: str

    @property
    def joined(self) -> dict[str, tuple[str, ...]]:
        """The groups of the target that several groups become, with those groups."""
        comes: dict[str, list[str]] = {}
        for group, becomes in self.becomes.items():
            for each in becomes:
                comes.setdefault(each, []).append(group)
        return {each: tuple(groups) for each, groups in comes.items() if len(groups) > 1}

    @property
    def open(self) -> tuple[str, ...]:
        """The groups of which cannot be told what they become."""
        return tuple(group for group, becomes in self.becomes.items() if len(becomes) > 1)


def crosswalk(source: str, target: str) -> Crosswalk:
    """Return the crosswalk from the list ``source`` to the list ``target``.

    Raises
    ------
    KeyError
        When there is none; :func:`crosswalk_names` lists them.
    """
    return _crosswalks()[source, target]


def crosswalk_names() -> tuple[tuple[str, str], ...]:
    """Return from which list to which there are crosswalks."""
    return tuple(_crosswalks())


@cache
def _crosswalks() -> dict[tuple[str, str], Crosswalk]:
    text = files(__package__).joinpath("crosswalks.yaml").read_text(encoding="utf-8")
    document = YAML(typ="safe").load(text)
    return {(each["from"], each["to"]): read(each) for each in document["crosswalks"]}


def read(written: Mapping[str, Any]) -> Crosswalk:
    """Return a crosswalk from its entry in the file.

    Raises
    ------
    ValueError
        When a group of the first list is not there, or a group is of neither list, or shares do not
        add up to 1.
    """
    here, there = standard(written["from"]), standard(written["to"])
    groups = {_group(here, code): each for code, each in written["groups"].items()}
    without = [group for group in here.groups if group not in groups]
    if without:
        raise ValueError(f"{here.name} to {there.name}: nothing is said of {', '.join(without)}")
    return Crosswalk(
        here.name,
        there.name,
        {group: _shares(group, there, each["becomes"]) for group, each in groups.items()},
        {group: each["lost"] for group, each in groups.items() if "lost" in each},
        written["confidence"],
    )


def _shares(group: str, there: Standard, becomes: str | Mapping[str, float]) -> dict[str, float]:
    several = {becomes: 1.0} if isinstance(becomes, str) else becomes
    if not math.isclose(math.fsum(several.values()), 1):
        raise ValueError(f"the shares of what {group} becomes do not add up to 1")
    return {_group(there, code): share for code, share in several.items()}


def _group(found: Standard, code: str) -> str:
    group = found.group(code)
    if group is None:
        raise ValueError(f"{found.name} has no group {code}")
    return group
