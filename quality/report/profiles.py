"""Which figures a page holds: exact ones inside, controlled ones outside.

Both profiles are made by the same sections and templates, so that what a checker sees in the one
stands at the same place in the other.
"""

from typing import Literal

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import BIAS, ERROR_RATES
from quality import measures
from quality.estimate import RELEASED, Estimate, from_table

Profile = Literal["release", "internal"]
PROFILES: tuple[Profile, ...] = ("release", "internal")

ESTIMATES: dict[Profile, tuple[str, ...]] = {
    "release": (RELEASED,),
    "internal": ("estimates", ERROR_RATES.name, BIAS.name),
}
"""The tables of estimates that a page of each profile is made from."""


def estimates_for(workspace: Workspace, profile: Profile) -> tuple[Estimate, ...]:
    """Return the estimates that a page of a profile shows."""
    found = [each for name in ESTIMATES[profile] for each in from_table(workspace.read(name))]
    if RELEASED not in ESTIMATES[profile]:
        # what changed since a release is made of released figures, whoever reads it
        found += [each for each in from_table(workspace.read(RELEASED)) if each.measure in _SINCE]
    return tuple(found)


_SINCE = frozenset((*measures.CHANGES, *measures.EARLIER.values()))


def holding_nothing_back(config: Config) -> Config:
    """Return the settings of a run with rules of disclosure control that change no count."""
    rules = config.disclosure.model_copy(update={"threshold": 0, "rounding": 1})
    return config.model_copy(update={"disclosure": rules})
