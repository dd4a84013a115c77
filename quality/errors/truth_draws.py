"""Joint draws of what known truth measures: the records seen as some of many of the same kind."""

from collections.abc import Mapping

import numpy as np

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.drawn import DRAWS, CellDraws, Drawn, gathered
from quality.errors.cell import Reals
from quality.errors.outcome_rates import Totals, rates_of
from quality.errors.truth_outcomes import TruthCell, truth_cells
from quality.errors.truth_rows import scored_truth
from quality.links_made import decided_by_links

_PRIOR = Totals(
    # right, nowhere, lost to blocking, to the threshold, to a wrong partner
    np.array([0.5, 0.25, 0.0, 0.0, 0.25]),
    np.array([0.5, 0.0, 0.25, 0.25, 0.0]),
)
"""Half a record that is as it should be and half an error, among links and among the others."""


def truth_draws(workspace: Workspace, config: Config) -> Drawn | None:
    """Return draws of every rate against ``quality.truth``; None where truth or links are lacking.

    *Formula*: the shares of the kinds of outcome are drawn from a Dirichlet of the counts plus
    half a record right and half an error, for linked and for unlinked records: Jeffreys' prior
    (Brown, Cai and DasGupta 2001, section 3.1.2) where a rate has two kinds. Groups are drawn
    apart from each other.

    Only links between two sources have them: elsewhere pairs that entities imply are scored, and
    no record has one outcome.
    """
    if config.quality.truth is None or not decided_by_links(config):
        return None
    cells = list(truth_cells(scored_truth(workspace, config.quality.truth, config)))
    everyone = next(cell for cell in cells if cell.characteristic is None)
    outside = (everyone.without(cell) for cell in cells if cell.characteristic is not None)
    other = next(name for name in config.sources if name != config.focal)
    random = np.random.default_rng(config.linkage.training.seed)
    rest = [_draws(cell, other, random) for cell in outside if cell.n_records]
    within = [_draws(cell, other, random) for cell in cells]
    return gathered(measures.TRUTH, within, gathered(measures.TRUTH, rest))


def _draws(cell: TruthCell, other: str, random: np.random.Generator) -> CellDraws:
    points = {
        name: float(rate) for name, rate in rates_of(cell.outcomes).items() if np.isfinite(rate)
    }
    return CellDraws(
        other, cell.characteristic, cell.group, points, drawn_outcomes(cell.outcomes, random)
    )


def drawn_outcomes(
    counts: Totals, random: np.random.Generator, draws: int = DRAWS
) -> Mapping[str, Reals]:
    """Draw every rate that follows from how many records are of each kind, (draws,) each."""
    shape = np.concatenate([counts.linked + _PRIOR.linked, counts.unlinked + _PRIOR.unlinked])
    share = random.dirichlet(shape[shape > 0], draws)
    drawn = np.zeros((draws, len(shape)))
    drawn[:, shape > 0] = share
    half = len(shape) // 2
    return rates_of(Totals(drawn[:, :half], drawn[:, half:]))
