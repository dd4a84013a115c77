"""Precision and recall inside the blocks as drawn linkages have them: the fabl variant."""

from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import SourcePair
from linkage.runs.workspace import Workspace
from quality import measures
from quality.errors.record_groups import RecordGroups


@dataclass(frozen=True)
class DrawnRates:
    """Rates in each draw, (draws, groups): not a number where a group has no link, or no match.

    In a draw, a link is right that the draw holds too, and the draw's pairs are the matches.
    """

    precision: Reals
    recall_in_blocks: Reals
    expected: Reals

    def of_group(self, at: int) -> dict[str, Reals]:
        """Return the draws (draws,) of one group, by measure."""
        return {
            measures.PRECISION: self.precision[:, at],
            measures.RECALL_IN_BLOCKS: self.recall_in_blocks[:, at],
            measures.EXPECTED_MATCHES: self.expected[:, at],
        }


@dataclass(frozen=True)
class Draws:
    """What differs from the links in each draw: records and partners by number, -1 for none."""

    n: int
    draw: Index
    record: Index
    partner: Index


def read_draws(workspace: Workspace) -> Draws | None:
    """Return the drawn linkages of a run; None where nothing was drawn."""
    if not workspace.exists("draws"):
        return None
    n = int(workspace.read_json("uncertainty")["draws"])
    if not n:
        return None
    table = workspace.read("draws")
    draw, record = (table[name].to_numpy().astype(np.int64) for name in ("draw", "record"))
    partner = table["partner"].fill_null(-1).to_numpy().astype(np.int64)
    return Draws(n, draw, record, partner)


def drawn_rates(
    draws: Draws, links: Index, pair: SourcePair, groups: RecordGroups, source: str
) -> DrawnRates:
    """Return the rates of the groups of ``source`` in each draw.

    Parameters
    ----------
    links
        (L, 2) record numbers of the links of ``pair``, left and right.
    groups
        Groups of the records of ``source``, one side of ``pair``.
    """
    competing, other = (links[:, side] for side in ((0, 1) if pair.focal == "l" else (1, 0)))
    first = (pair.left if pair.left.name == source else pair.right).first
    by_record = pair.focal_source.name == source
    n_groups = len(groups.names)
    linked_to = np.full(pair.focal_source.n, -1)
    linked_to[competing - pair.focal_source.first] = other
    usual = linked_to[draws.record - pair.focal_source.first]
    n_links = np.bincount(
        groups.group[(competing if by_record else other) - first], minlength=n_groups
    )

    def counted(partner: Index) -> Reals:
        """Return how many of the differing records have a partner, (draws, groups)."""
        has = partner >= 0
        grouped = groups.group[(draws.record if by_record else partner)[has] - first]
        at = (draws.draw[has] - 1) * n_groups + grouped
        sums = np.bincount(at, minlength=draws.n * n_groups)
        return sums.reshape(draws.n, n_groups).astype(np.float64)

    right = n_links - counted(usual)
    matches = right + counted(draws.partner)
    with np.errstate(divide="ignore", invalid="ignore"):
        return DrawnRates(right / n_links, right / matches, matches)
