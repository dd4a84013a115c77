"""The links of a spine: each batch adds those that it made, and says what it decided anew.

An earlier link stands as long as no later batch has decided one of its records anew and both hold.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.batches.deciding import Decided
from linkage.batches.frozen import Frozen
from linkage.batches.graph import Graph
from linkage.batches.index import Index
from linkage.batches.mapped import numbers, read_mapped, write_mapped
from linkage.batches.spine import Spine

Links = Mapping[str, npt.NDArray[Any]]
"""By name, of every link (L,): ``pair`` of sources, rows ``left`` and ``right``, ``p``, ``weight``,
``tie`` (picked among equals) and ``key`` (the match-key that made it, -1 for none)."""

_KINDS = {
    "pair": np.int16,
    "left": np.int32,
    "right": np.int32,
    "p": np.float64,
    "weight": np.float64,
    "tie": np.bool_,
    "key": np.int16,
}


def add_links(spine: Spine, graph: Graph, nodes: Index, decided: Decided) -> None:
    """Publish the links of this batch, and the rows of the ``nodes`` that it decided anew.

    ``spine`` names the batch among those that decided links.
    """
    links = decided.links
    order = np.lexsort((links.right, links.left, links.pair))
    made = {
        "pair": links.pair,
        "left": links.left // graph.k,
        "right": links.right // graph.k,
        "p": decided.p,
        "weight": links.weight,
        "tie": decided.tie,
        "key": decided.key,
    }
    write_links(spine, {name: values[order] for name, values in made.items()})
    if spine.batch == spine.links[0]:
        return  # there are none before
    for name, _, rows in graph.rows(nodes):
        write_mapped(spine.path("decided", name, spine.batch), {"row": rows.astype(np.int32)})


def write_links(spine: Spine, links: Links) -> None:
    """Publish links, sorted by pair and rows, as those of the batch of ``spine``."""
    path = spine.path("links", spine.batch)
    write_mapped(path, {name: values.astype(_KINDS[name]) for name, values in links.items()})


def standing(spine: Spine, model: Frozen) -> Links:
    """Return all links that stand, sorted by pair of sources and rows."""
    over = {name: spine.array("versions", name) < 0 for name in spine.sources}
    parts = []
    for batch in reversed(spine.links):
        table = read_mapped(spine.path("links", batch))
        links = {name: numbers(table, name) for name in _KINDS}
        stands = np.ones(len(links["pair"]), bool)
        for number, pair in enumerate(model.pairs):
            of = slice(*np.searchsorted(links["pair"], (number, number + 1)))
            stands[of] &= ~over[pair.left][links["left"][of]]
            stands[of] &= ~over[pair.right][links["right"][of]]
        parts.append({name: values[stands] for name, values in links.items()})
        for name in spine.sources if batch != spine.links[0] else ():
            over[name][numbers(read_mapped(spine.path("decided", name, batch)), "row")] = True
    every = {name: np.concatenate([part[name] for part in reversed(parts)]) for name in _KINDS}
    order = _in_order(every)
    return {name: values[order] for name, values in every.items()}


def _in_order(links: Links) -> Index:
    """Return the order of links, which come in runs that are in order."""
    order = np.argsort(links["pair"], kind="stable")
    rows = links["left"].astype(np.int64) << 31 | links["right"]
    for number in np.unique(links["pair"]):
        low, high = np.searchsorted(links["pair"], (number, number + 1), sorter=order)
        order[low:high] = order[low:high][np.argsort(rows[order[low:high]], kind="stable")]
    return order
