"""Kinds and sizes of households by ethnic group, fitted to what is published."""

import numpy as np

from synthetic_data.arrays import Floats
from synthetic_data.characteristic_fits import People, Tables
from synthetic_data.codes import codes
from synthetic_data.fitting import Fit

_ROUNDS = 8  # each comes some two hundred times nearer
_NAMED = 4  # the kinds of household that the published table names; it lumps the others


def kinds_and_sizes(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return households by ethnic group of the head, kind and size: shares within the group.

    A group of large households has fewer of them for as many people: how many heads there are of
    each group, and how large their households are, is found in turns.
    """
    sizes = tables["households.sizes"].values
    larger = tables["households.larger"].values[:, None, None]
    shape = tables["households.sizes_of_kinds"].values * larger ** np.arange(len(sizes))
    of_people = who.ethnicity_age.sum(axis=1)
    found, heads = np.zeros(shape.shape), of_people
    for _ in range(_ROUNDS):
        kind = fit.rows(tables["households.kinds"].values, heads, _kinds(tables))
        found = kind[:, :, None] * fit.rows(shape, heads[:, None] * kind, sizes)
        heads = heads_of(of_people, found)
    return found


def households(of_people: Floats, joint: Floats) -> dict[str, Floats]:
    """Return heads, kinds and sizes, of :func:`kinds_and_sizes` and the groups of people."""
    kind = joint.sum(axis=2)
    impossible = np.eye(joint.shape[2])[-1]  # the size of households of a kind that there is not
    size = np.divide(
        joint, kind[:, :, None], out=joint * 0 + impossible, where=kind[:, :, None] > 0
    )
    return {"heads": heads_of(of_people, joint), "household_kind": kind, "household_size": size}


def heads_of(of_people: Floats, joint: Floats) -> Floats:
    """Return shares of the groups among heads; members are taken to be of the head's group."""
    heads = of_people / (joint.sum(axis=1) @ np.arange(1.0, len(codes("size")) + 1))
    return np.asarray(heads / heads.sum())


def _kinds(tables: Tables) -> Floats:
    """Return shares of kinds of households among all."""
    composition = tables["households.composition"].values
    others = composition[_NAMED] * tables["households.other"].values
    return np.concatenate([composition[:_NAMED], others])
