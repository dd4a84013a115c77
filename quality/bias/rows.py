"""Who is left out: the rows of every measure of bias and missingness, in one table.

Each has a module of its own and knows nothing of the others.
"""

from collections.abc import Callable, Iterable

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.bias.being_missed import being_missed
from quality.bias.common_threshold import common_threshold
from quality.bias.field_costs import field_costs
from quality.bias.gap import Gap
from quality.bias.link_models import link_models
from quality.bias.population_size import population_sizes
from quality.bias.stage_costs import stage_costs
from quality.correction.analyses import analyses
from quality.correction.weight_rows import linkage_weights
from quality.disagreement.rows import disagreement_rows
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.missingness.being_missing import being_missing
from quality.missingness.decomposition import decomposition_rows
from quality.missingness.flux import flux_rows
from quality.missingness.imputation import imputed_rows
from quality.sensitivity.expected import expected_at_thresholds

Source = Callable[[Workspace, Config, Drawn], Iterable[Estimate | Gap]]

SOURCES: tuple[Source, ...] = (
    decomposition_rows,
    flux_rows,
    being_missing,
    link_models,
    being_missed,
    stage_costs,
    field_costs,
    common_threshold,
    expected_at_thresholds,
    population_sizes,
    linkage_weights,
    analyses,
    disagreement_rows,
    imputed_rows,
)
"""Everything that gives rows, weights before what uses them.

Each yields nothing where the run has not what it needs.
"""


def bias_rows(
    workspace: Workspace, config: Config, drawn: Drawn
) -> tuple[list[Gap], list[Estimate]]:
    """Return the exact rows of all sources; what may leave is settled by the stage ``control``.

    Gaps come first: they are not settled before all tests of the run are seen together.
    """
    made = [row for source in SOURCES for row in source(workspace, config, drawn)]
    gaps = [row for row in made if isinstance(row, Gap)]
    return gaps, [row for row in made if isinstance(row, Estimate)]
