"""Every estimate of a run, from its tallies: exact ones inside, controlled ones for release."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import BIAS, ERROR_RATES, REVIEWS, Table, check
from quality import tally
from quality.bias.counts import link_tallies
from quality.bias.focal_counts import focal_tallies
from quality.bias.gap import GAPS, Gap, gaps_table, settled, with_clear_gaps
from quality.bias.group_comparisons import group_comparisons, is_tested
from quality.bias.group_rates import Settings, group_gaps, group_rates
from quality.bias.link_rate_parts import causes, with_causes
from quality.bias.references import named_references, references
from quality.bias.rows import bias_rows
from quality.drawn import write_draws
from quality.error_rates import error_rate_rows, estimate_draws, measured
from quality.errors.dependence_found import write_dependence
from quality.estimate import Estimate, to_table
from quality.flow import flow, ingest_tallies
from quality.missingness.attached import attached_tallies
from quality.missingness.chains import link_pattern_tallies
from quality.missingness.counts import missing_tallies
from quality.missingness.patterns import pattern_tallies
from quality.missingness.shares import missing_shares
from quality.not_identified import not_identified
from quality.review.reviewed import reviews_of
from quality.sensitivity.counts import rates_at_thresholds, threshold_tallies
from quality.tally import Tally


def estimate(workspace: Workspace, config: Config) -> None:
    """Count what the stages before left, and estimate: shares of the counts, and error rates."""
    tallies = [
        *ingest_tallies(workspace, config),
        *missing_tallies(workspace, config),
        *pattern_tallies(workspace, config),
        *link_tallies(workspace, config),
        *link_pattern_tallies(workspace, config),
        *attached_tallies(workspace, config),
        *threshold_tallies(workspace, config),
        *focal_tallies(workspace, config),
    ]
    _write(workspace, tally.TALLIES, tally.to_table(tallies))
    rates = error_rate_rows(workspace, config)
    _write(workspace, REVIEWS, reviews_of(config.quality.review))
    _write(workspace, ERROR_RATES, to_table(rates))
    drawn = estimate_draws(workspace, config)
    write_draws(workspace, drawn, config.focal)
    reference = reference_groups(config, tallies)
    gaps, compared = group_comparisons(workspace, config, reference, rates, drawn)
    differences, others = bias_rows(workspace, config, drawn)
    gaps += differences
    _write(workspace, GAPS, gaps_table(gaps))
    bias = [*compared, *others]
    rows = estimates(config, tallies, reference, rates, gaps, bias)
    bias = list(with_clear_gaps(bias, rows, 1 - config.quality.level))
    _write(workspace, BIAS, to_table(bias))
    write_dependence(workspace, config)
    workspace.write("estimates", to_table(rows))


def _write(workspace: Workspace, table: Table, data: pa.Table) -> None:
    check(table, data)
    workspace.write(table.name, data)


def reference_groups(config: Config, tallies: Sequence[Tally]) -> dict[str, str]:
    """Return the reference group of each characteristic, from exact tallies."""
    own = {name: group.reference for name, group in config.groups.items()}
    return references(
        tallies, named_references(own, config.intersections, config.quality.reference)
    )


def estimates(
    config: Config,
    tallies: Sequence[Tally],
    reference: Mapping[str, str],
    rates: Sequence[Estimate] = (),
    gaps: Sequence[Gap] = (),
    bias: Sequence[Estimate] = (),
) -> list[Estimate]:
    """Return every estimate that the tallies give, and a row for what nothing in the run gives.

    Parameters
    ----------
    rates
        The error rates, which stand in a table of their own: what they measured needs no such row.
    gaps
        Those that are not of tallies: the p-values of all gaps are adjusted together.
    bias
        The rows of the table ``bias``, which say what gaps in the link rate come from.
    """
    level, material_gap = config.quality.level, config.quality.material_gap
    settings = Settings(level, material_gap)
    compared = [*group_gaps(tallies, reference, settings), *gaps]
    found = settled([gap for gap in compared if is_tested(gap.row)], 1 - level)
    return [
        *flow(tallies),
        *with_clear_gaps(group_rates(tallies, reference, settings), found, 1 - level),
        *with_causes(found, causes(bias, found, 1 - level), 1 - level),
        *(gap.row for gap in compared if not is_tested(gap.row)),
        *missing_shares(tallies, level, material_gap),
        *rates_at_thresholds(tallies, level, material_gap),
        *not_identified(config, measured(rates)),
    ]
