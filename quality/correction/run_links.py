"""What all analyses of a run share: its links, their weights, and its candidate pairs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.model.source_pairs import source_pairs
from linkage.runs.workspace import Workspace

_SIDES = """
    FROM {pairs} AS pair
    JOIN {focal} AS focal ON focal.{key} = pair.{key}_{side}
    JOIN {other} AS other ON other.{key} = pair.{key}_{opposite}
"""
_LINKS = f"""
    SELECT focal.record AS focal, other.record AS other, weighted.weight {_SIDES}
    JOIN {{weights}} AS weighted ON weighted.record_id = focal.record_id
    ORDER BY ALL
"""
_CANDIDATES = f"""
    SELECT focal.record AS focal, other.record AS other,
        coalesce(pair.p_record, 0) AS p, coalesce(pair.match_probability, 0) AS alone
    {_SIDES}
    ORDER BY pair.record_{{competing}}, p DESC, 1, 2
"""


@dataclass(frozen=True)
class RunLinks:
    """The links of a run between the focal source and ``other``.

    ``pairs`` (L, 2) are record numbers, the focal record first; ``weight`` (L,) is the linkage
    weight of each link's focal record.
    """

    other: str
    pairs: Index
    weight: Reals


@dataclass(frozen=True)
class RunCandidates:
    """Candidate pairs (P, 2), the focal record first.

    ``competing`` (P,) is the record of each whose candidates compete: they stand together. ``p``
    (P,) is the probability of each among its competitors, ``alone`` (P,) that of the pair by
    itself.
    """

    pairs: Index
    competing: Index
    p: Reals
    alone: Reals


def read_links(workspace: Workspace, config: Config) -> RunLinks:
    """Return the links of a run of two sources, with the weights that the run has written."""
    columns = _read(workspace, config, _LINKS, "links", "record_id")
    return RunLinks(_other(config), _paired(columns), columns["weight"])


def read_candidates(workspace: Workspace, config: Config) -> RunCandidates:
    """Return the candidates of a run of two sources."""
    sizes = {
        name: workspace.connection.sql(
            f"SELECT count(*) FROM {workspace.view(f'records_{name}')}"  # noqa: S608 - quoted
        ).fetchall()[0][0]
        for name in config.sources
    }
    unique = {name: source.one_record_per_person for name, source in config.sources.items()}
    (pair,) = source_pairs(sizes, unique, "link")
    columns = _read(workspace, config, _CANDIDATES, "candidates", "record", pair.focal)
    pairs = _paired(columns)
    competing = pairs[:, 0 if pair.focal_source.name == config.focal else 1]
    return RunCandidates(pairs, competing, columns["p"], columns["alone"])


def _paired(columns: Mapping[str, Reals]) -> Index:
    return np.column_stack([columns["focal"], columns["other"]]).astype(np.int64)


def _other(config: Config) -> str:
    (other,) = (name for name in config.sources if name != config.focal)
    return other


def _read(
    workspace: Workspace, config: Config, query: str, pairs: str, key: str, competing: str = ""
) -> dict[str, Reals]:
    first = next(iter(config.sources)) == config.focal
    side, opposite = ("l", "r") if first else ("r", "l")
    table = workspace.connection.sql(
        query.format(
            pairs=workspace.view(pairs),
            focal=workspace.view(f"records_{config.focal}"),
            other=workspace.view(f"records_{_other(config)}"),
            key=key,
            side=side,
            opposite=opposite,
            competing=competing,
            weights=workspace.view("linkage_weights"),
        )
    ).to_arrow_table()
    return {name: table[name].to_numpy() for name in table.column_names}
