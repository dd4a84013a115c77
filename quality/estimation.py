"""Every estimate of a run, from its tallies: exact ones inside, controlled ones for release."""

from collections.abc import Mapping, Sequence

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import check
from quality import tally
from quality.bias.counts import link_tallies
from quality.bias.group_rates import group_rates, named_references, references
from quality.estimate import Estimate, to_table
from quality.flow import flow, ingest_tallies
from quality.missingness.counts import missing_tallies
from quality.missingness.shares import missing_shares
from quality.not_identified import not_identified
from quality.tally import Tally


def estimate(workspace: Workspace, config: Config) -> None:
    """Count what the stages before left, and make estimates of the counts."""
    tallies = [
        *ingest_tallies(workspace, config),
        *missing_tallies(workspace, config),
        *link_tallies(workspace, config),
    ]
    counted = tally.to_table(tallies)
    check(tally.TALLIES, counted)
    workspace.write("tallies", counted)
    rows = estimates(config, tallies, reference_groups(config, tallies))
    workspace.write("estimates", to_table(rows))


def reference_groups(config: Config, tallies: Sequence[Tally]) -> dict[str, str]:
    """Return the reference group of each characteristic, from exact tallies."""
    own = {name: group.reference for name, group in config.groups.items()}
    return references(
        tallies, named_references(own, config.intersections, config.quality.reference)
    )


def estimates(
    config: Config, tallies: Sequence[Tally], reference: Mapping[str, str]
) -> list[Estimate]:
    """Return every estimate that the tallies give, and a row for what they cannot give."""
    level, material_gap = config.quality.level, config.quality.material_gap
    return [
        *flow(tallies),
        *group_rates(tallies, reference, level, material_gap),
        *missing_shares(tallies, level, material_gap),
        *not_identified(config),
    ]
