"""The links of a run under other thresholds: decided anew once, at the lowest of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Config
from linkage.decide.assignment import Flags
from linkage.decide.threshold import Cut, cut_of
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from quality.finished_run import FinishedRun
from quality.links_made import decided_by_links
from quality.measures import FACTORS
from quality.what_if.decided import decided
from quality.what_if.kept import Kept, read_kept
from quality.what_if.scenario import Scenario

_LEAST = 1e-9


@dataclass(frozen=True)
class Tried:
    """What another threshold makes of a run.

    ``linked`` (N,) says which focal records have a link; ``cut`` what the model expects of it.
    """

    factor: str
    linked: Flags
    cut: Cut


def applies(config: Config) -> bool:
    """Say whether one threshold on links decides: no clusters, no thresholds by group."""
    return decided_by_links(config) and config.linkage.decide.threshold_by_group is None


def moved(threshold: float, factor: float) -> float:
    """Return the probability whose odds are ``factor`` times those of ``threshold``.

    Examples
    --------
    >>> round(moved(0.9, 10), 4), round(moved(0.9, 0.1), 4)
    (0.989, 0.4737)
    """
    inside = min(max(threshold, _LEAST), 1 - _LEAST)
    odds = factor * inside / (1 - inside)
    return odds / (1 + odds)


def tried(workspace: Workspace, config: Config) -> tuple[Kept, tuple[Tried, ...]] | None:
    """Return what the run left, and what each other threshold makes of it, the lowest first.

    Who a record's best partner is does not hang on the threshold, where each record has one link
    at most: the links at a threshold are those of a lower one that reach it. None where the
    threshold does not apply (see :func:`applies`), or nothing is left to decide from.
    """
    if not applies(config) or not workspace.exists("patterns"):
        return None
    run = FinishedRun(config, workspace.restricted, workspace.connection, workspace.scratch)
    decision: Mapping[str, float] = run.read_json("training")["decision"]
    kept = read_kept(run)
    return kept, tuple(_tried(kept, decision["threshold"], FACTORS))


def _tried(kept: Kept, chosen: float, factors: Mapping[str, float]) -> Iterator[Tried]:
    lowest = decided(kept, Scenario(threshold=moved(chosen, min(factors.values()))))
    p: Reals = lowest.p[lowest.links]
    focal = kept.records()[0][lowest.links]
    for name, factor in factors.items():
        threshold = moved(chosen, factor)
        above = np.round(p, 9) >= threshold
        linked = np.zeros(kept.focal.n, dtype=bool)
        linked[focal[above]] = True
        yield Tried(name, linked, cut_of(p[above], kept.expected, threshold))
