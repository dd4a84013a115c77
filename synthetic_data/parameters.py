"""What goes with an ethnic group beside the published distributions: parameters.yaml, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from synthetic_data.arrays import Floats
from synthetic_data.codes import codes

SEXES = codes("sex")


@dataclass(frozen=True)
class Parameters:
    """An entry an ethnic group, in the order of the harmonised list.

    ``name_weights`` holds the weights of the backgrounds that names are drawn from;
    ``first_of_january`` (G,) the share whose documents say 1 January; ``maiden_kept`` (G,) the
    share of wives who keep their surname.
    """

    name_weights: tuple[Mapping[str, float], ...]
    first_of_january: Floats
    maiden_kept: Floats


@cache
def parameters() -> Parameters:
    """Return the parameters that the package holds.

    Raises
    ------
    ValueError
        When the groups are not those of the harmonised list.
    """
    groups = document_of("parameters.yaml")
    if tuple(groups) != codes("ethnicity"):
        raise ValueError("the groups of parameters.yaml are not those of the harmonised list")
    of_each = list(groups.values())
    return Parameters(
        tuple(each["names"] for each in of_each),
        np.asarray([each["first_of_january"] for each in of_each], dtype=np.float64),
        np.asarray([each["maiden_kept"] for each in of_each], dtype=np.float64),
    )


def document_of(name: str) -> dict[str, Any]:
    """Return the YAML file ``name`` of this package."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    document: dict[str, Any] = YAML(typ="safe").load(text)
    return document
