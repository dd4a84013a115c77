"""A page by some of the characteristics of a run: nothing is linked or estimated anew."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from linkage.config.group_names import CROSS, ROLLED_UP
from quality.estimate import Estimate
from quality.report.inputs import Inputs


def of_groups(inputs: Inputs, names: Collection[str]) -> Inputs:
    """Return what a page by some of the run's characteristics is made from.

    Intersections stay where every characteristic they cross does. Figures of all records stay, and
    were made with every characteristic of the run.
    """
    config = inputs.config
    return replace(
        inputs,
        config=config.model_copy(
            update={
                "groups": {name: each for name, each in config.groups.items() if name in names},
                "intersections": tuple(
                    each for each in config.intersections if set(each) <= set(names)
                ),
            }
        ),
        estimates=tuple(_by(inputs.estimates, names)),
        verdicts=tuple(each for each in inputs.verdicts if _is_by(each.characteristic, names)),
    )


def _by(estimates: Iterable[Estimate], names: Collection[str]) -> Iterable[Estimate]:
    return (each for each in estimates if _is_by(each.characteristic, names))


def _is_by(characteristic: str | None, names: Collection[str]) -> bool:
    if characteristic is None:
        return True
    return set(characteristic.removesuffix(ROLLED_UP).split(CROSS)) <= set(names)
