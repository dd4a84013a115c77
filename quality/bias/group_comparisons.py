"""Groups compared by everything but the tallies: gaps before they are settled, and their ratios."""

from collections.abc import Mapping, Sequence

from linkage.config.group_names import CROSS, UNKNOWN
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.bias.comparisons import measured, measured_gaps, measured_ratios
from quality.bias.gap import Gap
from quality.bias.group_rates import Settings
from quality.bias.link_rate_parts import link_rate_parts
from quality.bias.means import mean_rows
from quality.bias.weighed import weighed
from quality.drawn import Drawn
from quality.estimate import Estimate


def group_comparisons(
    workspace: Workspace,
    config: Config,
    reference: Mapping[str, str],
    rates: Sequence[Estimate],
    drawn: Drawn,
) -> tuple[list[Gap], list[Estimate]]:
    """Return the gaps of a run that no tally gives, and the rows beside them that test nothing.

    Parameters
    ----------
    reference
        The reference group of each characteristic.
    rates, drawn
        The error rates and their draws.
    """
    settings = Settings(config.quality.level, config.quality.material_gap)
    what = measured(rates, drawn, reference, settings, config.linkage.training.seed)
    of_rates = measured_gaps(what)
    gaps = list(of_rates)
    rows = [*measured_ratios(what, of_rates), *link_rate_parts(what)]
    for kind, pair, sums in weighed(workspace, config):
        figures, of_figures = mean_rows(kind, sums, pair, reference, settings)
        rows += figures
        gaps += of_figures
    rows += [gap.row for gap in gaps if not is_tested(gap.row)]
    return [gap for gap in gaps if is_tested(gap.row)], rows


def is_tested(row: Estimate) -> bool:
    """Say whether a gap is tested: one that has to be there is no finding.

    Men's names are as rare as they are, whatever the linkage does, and so their links weigh more or
    less; whose group is not known often lacks the identifier that it is made of.
    """
    of_unknown = UNKNOWN in (row.group or "").split(CROSS)
    return row.measure not in _WEIGHTS and not (of_unknown and row.measure in _IDENTIFIERS)


_WEIGHTS, _IDENTIFIERS = (
    frozenset(
        measures.comparison(each, measures.GAP, rest=rest) for each in of for rest in (False, True)
    )
    for of in (measures.WEIGHTS, (measures.MISSING_AN_IDENTIFIER,))
)
