"""Tallies made fit to leave: small counts and their neighbours held back, the rest rounded."""

import json
from collections.abc import Sequence
from dataclasses import replace

from linkage.characteristics.standards import standard, standard_names
from linkage.config.schema import Config, Disclosure
from linkage.disclosure import Beyond, Item, suppress, to_base
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from linkage.tables import BIAS, ERROR_RATES
from quality.bias.gap import GAPS, Gap, gaps_of, with_clear_gaps
from quality.bias.group_rates import Settings
from quality.compare.since import changes_since
from quality.estimate import RELEASED, Estimate, from_table, revised, to_table
from quality.estimation import estimates, reference_groups
from quality.gates import GATES, UNCERTAINTY, judge, to_record
from quality.groupings import all_groupings, held_by
from quality.release.absent import absent_rows
from quality.release.agreeing import agreeing, agreeing_gaps
from quality.release.band_widths import band_widths
from quality.release.before import Before, before
from quality.release.cell import Cells
from quality.release.cells import (
    OF_RECORDS,
    cells,
    cost,
    details,
    is_of_records,
    items,
    sparse_tables,
    tables_of,
    told_by_the_mark,
)
from quality.release.counts import write_counts
from quality.release.crossings import sparse_crossings
from quality.release.earlier import Run, systems
from quality.release.error_rates import released_error_rates, released_gaps
from quality.release.files import write_tables
from quality.release.known import Widths
from quality.release.measured_rates import Rates, rates_of
from quality.release.models import models_again
from quality.release.models_in_place import gaps_in_place, rows_in_place
from quality.release.naming import rare_names, without_rare_names
from quality.release.nested import Headings
from quality.release.overlaps import Overlap, overlaps
from quality.release.partitions import told_by_patterns, with_patterns_of_many
from quality.release.register import earlier, register_of
from quality.release.roll_up import references, roll_ups, rolled_up, said
from quality.release.thresholds import untold
from quality.tally import Tally
from quality.tally import from_table as read_tallies


def control(workspace: Workspace, config: Config) -> None:
    """Hold back what must not leave, and make every estimate again from what is left.

    Quality gates are judged here, where the exact figures and what may be said of them are known.
    What was approved before, by any configuration, is read from the register.
    """
    read = read_tallies(workspace.read("tallies"))
    counted = with_patterns_of_many(read, config.disclosure.threshold)
    together = roll_ups(counted, config)
    every = [*counted, *rolled_up(counted, together)]
    sparse = sparse_crossings(every, config.disclosure.threshold)
    tallies = [each for each in every if each not in sparse]
    groupings = all_groupings(config.groups, config.intersections)
    overlapping = [
        each
        for source in config.sources
        for each in overlaps(
            workspace.connection,
            source,
            workspace.view(f"records_{source}"),
            [
                *held_by(source, config.groups, groupings),
                *(each.grouping for each in together if each.source == source),
            ],
        )
    ]
    releases = earlier(register_of(workspace.root))
    found = before(releases, config.name, _sources(workspace) if releases else {}, tallies)
    safe = controlled(tallies, overlapping, config.disclosure, found, _headings(config))
    rules = config.disclosure
    exact = from_table(workspace.read(ERROR_RATES.name))
    widths = band_widths(exact, tallies, safe, overlapping, rules)
    rates, left_out, gaps = _made_again(workspace, config, safe, exact, widths)
    reference = references(reference_groups(config, counted), together)
    made = estimates(config, safe, reference, exact, gaps, left_out)
    made = [_coarse(row) for row in said(made, safe)]
    made += [*rates.rows, *with_clear_gaps(left_out, made, 1 - config.quality.level)]
    made += changes_since(releases, config, made)
    verdicts = judge(config, exact, made, workspace.read_json(UNCERTAINTY))
    workspace.write_json(GATES, to_record(verdicts))
    write_counts(workspace, safe, rare_names(made, config), rules.rounding)
    released = to_table(without_rare_names(made, config))
    workspace.write(RELEASED, released)
    write_tables(workspace, released)


def _made_again(
    workspace: Workspace,
    config: Config,
    safe: Sequence[Tally],
    exact: Sequence[Estimate],
    widths: Widths,
) -> tuple[Rates, list[Estimate], list[Gap]]:
    """Return measured rates as they leave, and the rows and gaps that are made of these and models.

    Parameters
    ----------
    safe
        The tallies after disclosure control.
    exact, widths
        The exact error rates, and how wide the bands of those known of every record have to be.
    """
    rules, settings = config.disclosure, Settings(config.quality.level, config.quality.material_gap)
    bias, measured = from_table(workspace.read(BIAS.name)), gaps_of(workspace.read(GAPS.name))
    compared = [*bias, *(gap.row for gap in measured)]
    rates = rates_of(exact, compared, safe, rules, settings, widths)
    again = models_again(workspace, config, safe, rates)
    bias = rows_in_place(bias, [each for each in again if isinstance(each, Estimate)], config)
    measured = gaps_in_place(measured, [each for each in again if isinstance(each, Gap)], config)
    left_out = list(agreeing(released_error_rates(bias, safe, rules), rates))
    gaps = list(agreeing_gaps(list(released_gaps(measured, safe, rules)), rates))
    absent = absent_rows((gap.row for gap in gaps), safe)
    gaps += [Gap(row, None, immaterial=False) for row in absent]
    return rates, [*left_out, *absent_rows([*rates.rows, *left_out], safe)], gaps


def _sources(workspace: Workspace) -> dict[str, str]:
    """Return the sha256 of the file of each source."""
    path = workspace.root / "manifest.json"
    with storage(path, "reading the manifest of the run"):
        inputs = json.loads(path.read_bytes())["inputs"]
    return {name: each["sha256"] for name, each in inputs.items()}


def _headings(config: Config) -> Headings:
    return {
        name: standard(group.harmonised).roll_up
        for name, group in config.groups.items()
        if group.harmonised in standard_names()
    }


def _coarse(row: Estimate) -> Estimate:
    """Return the row with a p-value no finer than a thousandth: some are of exact counts."""
    p = row.p_adjusted
    return row if p is None else revised(row, p_adjusted=round(p, 3))


def controlled(
    tallies: Sequence[Tally],
    overlaps: Sequence[Overlap],
    rules: Disclosure,
    found: Before | None = None,
    headings: Headings | None = None,
) -> list[Tally]:
    """Return the tallies with what must not leave held back, and every other count rounded.

    Rates, gaps and intervals made from these tallies are then of rounded counts: no exact count
    can be had back from them.

    Parameters
    ----------
    found
        What earlier releases published that has to do with these tallies.
    headings
        By characteristic, the headings of its groups in their harmonised list.
    """
    unshown = untold(tallies, rules.threshold)  # no count of theirs leaves, so none is to be minded
    hidden: frozenset[Item] = frozenset()
    threshold, published = rules.threshold, Cells()
    minded = [each for each in tallies if each not in unshown]
    # groups too small to name are settled first: every measure rests on the same records
    for part in ([each for each in minded if each.measure in OF_RECORDS], minded):
        published = cells(part, overlaps)
        hidden |= sparse_tables(published.counts, threshold)
        hidden |= told_by_the_mark(published.counts, threshold)
        hidden |= told_by_patterns(published.counts, threshold)
        hidden = _suppressed(published, hidden, threshold)
    run = Run(published, minded, overlaps, headings or {})
    for each in systems(run, found or Before(), threshold):
        hidden |= each.close | tables_of(each.beyond.told, published.counts)
        hidden = suppress(each.counts, each.equations, threshold, cost, hidden, each.beyond)
    safe = (_controlled(tally, hidden, rules.rounding) for tally in tallies)
    return [
        replace(each, k=None) if tally in unshown else each
        for tally, each in zip(tallies, safe, strict=True)
    ]


def _suppressed(published: Cells, hidden: frozenset[Item], threshold: int) -> frozenset[Item]:
    """Return what is to be held back; records fall after everything that splits missing values up.

    Where reasons and patterns can only be protected by records that were to be shown, it is tried
    without them, and what shows more is taken.
    """
    known = Beyond(published.known, outside=published.slack)
    sums = published.counts, published.equations, threshold, cost
    found = suppress(*sums, hidden, known)
    if not any(is_of_records(item) for item in found - hidden):
        return found
    without = suppress(*sums, hidden | details(published.counts), known)
    return min(found, without, key=len)


def _controlled(tally: Tally, hidden: frozenset[Item], rounding: int) -> Tally:
    whole, *_ = named = items(tally)
    n = None if whole in hidden else to_base(tally.n or 0, rounding)
    held_back = not n or not hidden.isdisjoint(named)
    return replace(tally, k=None if held_back else to_base(tally.k or 0, rounding), n=n)
