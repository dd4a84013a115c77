"""What is to be imputed in a run, and which figures are wanted of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index
from linkage.runs.workspace import Workspace
from quality.errors.drawn_rates import Draws, read_draws
from quality.links_made import decided_by_links
from quality.missingness.completed import Completed, completions, sampled
from quality.missingness.figures import MeanTarget, ShareTarget
from quality.missingness.partners import drawn_partners, linked_partners
from quality.missingness.variables import Variable, analysed, characteristics

Target = ShareTarget | MeanTarget


@dataclass(frozen=True)
class Plan:
    """The variables of a run, what is wanted of them, and the linkages to complete them on.

    ``record`` and ``linked`` (N,) are the numbers of all focal records and of their partners, -1
    for none; ``used`` are the places of those that are worked on. ``draws`` is None where no value
    comes through a link, or no linkage was drawn.
    """

    focal: str
    other: str | None
    variables: Sequence[Variable]
    targets: Sequence[Target]
    record: Index
    linked: Index
    used: Index
    draws: Draws | None

    def completed(self, imputations: int, seed: int) -> Iterator[Completed]:
        """Yield completed data sets, each on a drawn linkage of its own where there are any."""
        partners: Iterator[Index] = repeat(self.linked, imputations)
        if self.draws is not None and len(self.record):
            first = int(self.record[0])
            partners = drawn_partners(self.linked, first, self.draws, imputations)
        chosen = (each[self.used] for each in partners)
        return completions(self.variables, self.focal, self.record[self.used], chosen, seed)


def plan_of(workspace: Workspace, config: Config) -> Plan | None:
    """Return what is to be imputed; None where nothing is missing that may be.

    Shares of every characteristic of the focal source, and means of the outcome of every analysis,
    where two sources are linked.
    """
    own = characteristics(workspace, config)
    record, fold = _records(workspace, config.focal)
    linked, other = np.full(len(record), -1), None
    values: dict[tuple[str, str], Variable] = {}
    if config.analyses and decided_by_links(config) and len(record):
        (other,) = (name for name in config.sources if name != config.focal)
        wanted = {(v.source, v.standardised): v for a in config.analyses for v in a.variables}
        values = dict(analysed(workspace, config, list(wanted.values())))
        linked = linked_partners(workspace, config, other, len(record), int(record[0]))
    variables = [*own, *values.values()]
    through_link = any(each.source == other for each in values.values())
    targets = [*_shares(own), *_means(config, own, values)] if len(record) else []
    if not targets:
        return None
    used = sampled(variables, config.focal, record, linked, fold)
    draws = read_draws(workspace) if through_link else None
    return Plan(config.focal, other, variables, targets, record, linked, used, draws)


def _records(workspace: Workspace, source: str) -> tuple[Index, Index]:
    found = workspace.connection.execute(
        f"SELECT record, fold FROM {workspace.view(f'records_{source}')} ORDER BY record"  # noqa: S608 - quoted
    ).fetchnumpy()
    return found["record"].astype(np.int64), found["fold"].astype(np.int64)


def _shares(own: Sequence[Variable]) -> Iterator[Target]:
    for each in own:
        if each.missing.any() and each.drawn:
            yield ShareTarget(each)


def _means(
    config: Config, own: Sequence[Variable], values: dict[tuple[str, str], Variable]
) -> Iterator[Target]:
    by_name = {each.name: each for each in own}
    seen = set()
    for analysis in config.analyses:
        said = analysis.variables[0]
        outcome = values.get((said.source, said.standardised))
        by = by_name.get(analysis.by or "")
        if outcome is None or not (~outcome.missing).any():
            continue
        linked = outcome.source != config.focal
        if (id(outcome), analysis.by) not in seen and (linked or outcome.missing.any()):
            seen.add((id(outcome), analysis.by))
            yield MeanTarget(analysis.name, outcome, by, linked)
