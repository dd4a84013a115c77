"""What becomes of people's groups under each rule: who changes group, and how many each has."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.characteristics.standards import standard
from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality import measures
from quality.disagreement.rules import RULES, own_word_stands
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import wilson
from quality.share import status_of

_LINKED_ONLY = (
    "of linked records: of a record without a link no other source says anything, so its own word "
    "stands under every rule",
)
_FROM_THE_LINK = (
    "a rule that takes another source's word changes the group of linked records alone: a group "
    "that gains by it would seem to link better for no other reason",
    "link rates, and recall, are by the group that the focal source itself holds; a source of the "
    "characteristic that is known for linked and unlinked records alike would identify this one",
)


@dataclass(frozen=True)
class Chosen:
    """How many linked records have each own group and, under each rule, each chosen one."""

    own: str
    by_rule: Mapping[str, str]
    n: int


def rule_rows(workspace: Workspace, config: Config, name: str, chosen: str) -> Iterator[Estimate]:
    """Yield the results of each rule for a characteristic that the focal source holds.

    The share of linked records whose known group changes, of all and of each own group, where a
    rule can change any; the share that have a group by another source alone; the groups' shares of
    the linked records, by their own word and by each rule; and that the link rate under a rule is
    not identified. ``chosen`` is the table that :func:`quality.disagreement.rules.choose` made.
    """
    cells = _cells(workspace, chosen)
    others = [source for source in _sources(config, name) if source != config.focal]
    other = others[0] if len(others) == 1 else None
    row = Estimate(
        measure=measures.GROUP_CHANGED_SHARE,
        method=measures.LINKED_RECORDS,
        source=config.focal,
        other=other,
        variable=name,
        level=config.quality.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LINKED_RECORDS),
        status="suppressed",
        assumptions=_LINKED_ONLY,
    )
    if cells:
        gap = config.quality.material_gap
        harmonised = config.groups[name].harmonised
        listed = () if harmonised is None else standard(harmonised).groups
        changing = [rule for rule in RULES if not own_word_stands(config, name, rule)]
        yield from (
            _share(each, k, n, gap) for each, k, n in _counted(row, cells, name, changing, listed)
        )
    for rule in RULES:
        yield replace(
            row,
            measure=measures.LINK_RATE_BY_RULE,
            method=measures.NO_METHOD,
            characteristic=name,
            variable=None,
            stage=rule,
            level=None,
            interval_covers=None,
            grade=grade_of(measures.NO_METHOD),
            status="not_identified",
            assumptions=_FROM_THE_LINK,
        )


def _sources(config: Config, name: str) -> list[str]:
    group = config.groups[name]
    return [group.source, *(each.source for each in group.also)]


def _cells(workspace: Workspace, chosen: str) -> list[Chosen]:
    columns = ", ".join(identifier(each) for each in ("own_group", *RULES))
    counted = workspace.connection.execute(
        f"SELECT {columns}, count(*) FROM {chosen} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - quoted
    ).fetchall()
    return [
        Chosen(
            own or UNKNOWN,
            {rule: group or UNKNOWN for rule, group in zip(RULES, by_rule, strict=True)},
            n,
        )
        for own, *by_rule, n in counted
    ]


def _counted(
    row: Estimate,
    cells: Sequence[Chosen],
    name: str,
    changing: Sequence[str],
    listed: Collection[str],
) -> Iterator[tuple[Estimate, int, int]]:
    """Yield rows without figures, each with the k of n linked records that it is the share of."""
    everyone = sum(each.n for each in cells)
    groups = sorted({each.own for each in cells})
    for rule in changing:
        changed = [each for each in cells if UNKNOWN != each.own != each.by_rule[rule]]
        at_rule = replace(row, stage=rule)
        yield at_rule, sum(each.n for each in changed), everyone
        for group in groups:
            if group != UNKNOWN:
                n = sum(each.n for each in cells if each.own == group)
                k = sum(each.n for each in changed if each.own == group)
                yield replace(at_rule, characteristic=name, group=group), k, n
    # of a column without a list, the groups that only others know are nobody's to name
    named = {*groups, *listed}
    filled = [each for each in cells if each.own == UNKNOWN != each.by_rule[RULES[0]]]
    yield replace(row, measure=measures.GROUP_FILLED_SHARE), sum(e.n for e in filled), everyone
    for stage in (measures.OWN_WORD, *RULES):
        sizes: dict[str, int] = {}
        for each in cells:
            group = each.own if stage == measures.OWN_WORD else each.by_rule[stage]
            sizes[group] = sizes.get(group, 0) + each.n
        of_stage = replace(row, measure=measures.LINKED_GROUP_SHARE, stage=stage)
        for group, n in sizes.items():
            if group in named:
                yield replace(of_stage, characteristic=name, group=group), n, everyone


def _share(row: Estimate, k: int, n: int, material_gap: float) -> Estimate:
    interval = wilson(k, n, row.level or 0.95)
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        n_records=n,
        status=status_of(interval, material_gap),
    )
