"""The second half of the method: estimate, control, report."""

from linkage.config.schema import Config
from linkage.pipeline import Stage
from linkage.runs.workspace import Workspace
from linkage.tables import check
from quality import tally
from quality.bias.counts import link_tallies
from quality.estimate import from_table, to_table
from quality.estimation import estimates, reference_groups
from quality.flow import ingest_tallies
from quality.groupings import all_groupings, held_by
from quality.missingness.counts import missing_tallies
from quality.release.control import controlled
from quality.release.files import write_manifest, write_tables
from quality.release.naming import without_rare_names
from quality.release.overlaps import overlaps
from quality.report import write_report
from quality.report.inputs import RELEASED


def _estimate(workspace: Workspace, config: Config) -> None:
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


def _control(workspace: Workspace, config: Config) -> None:
    """Hold back what must not leave, and make every estimate again from what is left."""
    tallies = tally.from_table(workspace.read("tallies"))
    groupings = all_groupings(config.groups, config.intersections)
    overlapping = [
        each
        for source in config.sources
        for each in overlaps(
            workspace.connection,
            source,
            workspace.view(f"records_{source}"),
            held_by(source, config.groups, groupings),
        )
    ]
    safe = controlled(tallies, overlapping, config.disclosure)
    made = estimates(config, safe, reference_groups(config, tallies))
    released = to_table(without_rare_names(made, config))
    workspace.write(RELEASED, released)
    write_tables(workspace, from_table(released))


def _report(workspace: Workspace, config: Config) -> None:
    """Write the report, then the manifest of all that a checker has to approve."""
    write_report(workspace, config)
    write_manifest(workspace, config.disclosure, from_table(workspace.read(RELEASED)))


def _what_is_counted(config: Config) -> object:
    return {
        "sources": {name: [each.keep, each.drop] for name, each in config.sources.items()},
        "linkage": [config.linkage.type, config.focal],
        "groups": config.groups,
        "intersections": config.intersections,
        "missingness": config.missingness,
        "quality": config.quality,
    }


STAGES: tuple[Stage, ...] = (
    Stage(
        name="estimate",
        reads=("records_*", "ingest_counts", "candidates", "links", "entities"),
        writes=("tallies", "estimates"),
        settings=_what_is_counted,
        function=_estimate,
    ),
    Stage(
        name="control",
        reads=("records_*", "tallies"),
        writes=(RELEASED, "for_release/estimates.csv", "for_release/tables/*.csv"),
        settings=lambda config: [_what_is_counted(config), config.disclosure],
        function=_control,
    ),
    Stage(
        name="report",
        reads=(RELEASED, "training", "for_release/estimates.csv", "for_release/tables/*.csv"),
        writes=(
            "for_release/report.html",
            "for_release/report.json",
            "for_release/release-manifest.json",
        ),
        settings=lambda config: config,
        function=_report,
    ),
)
