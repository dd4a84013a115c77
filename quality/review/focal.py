"""The focal records of a run as a review sees them: linked or not, how surely, and in which group.

Read in the same way when a review is designed and when its decisions are taken in, so that the
strata of both are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.model.normalise import Index
from quality.groupings import Grouping
from quality.links_made import decided_by_links
from quality.review.strata import Frame, frame_of
from quality.run_tables import Tables

Names = npt.NDArray[np.str_]

_RECORDS = """
    SELECT focal.record, {label} AS label, other.record AS partner,
        CASE WHEN link.method LIKE 'deterministic%' THEN link.p_link ELSE pair.p_record END AS p,
        best.p_best, best.p_any
    FROM {focal} AS focal
    LEFT JOIN (
        SELECT {record_id} AS record_id, {other_id} AS other_id, method, p_link FROM {links}
    ) AS link ON link.record_id = focal.record_id
    LEFT JOIN {other} AS other ON other.record_id = link.other_id
    LEFT JOIN {candidates} AS pair ON pair.{record} = focal.record
        AND pair.{opposite} = other.record
    LEFT JOIN (
        SELECT {record} AS record, max(p_record) AS p_best, sum(p_record) AS p_any
        FROM {candidates} GROUP BY ALL
    ) AS best ON best.record = focal.record
    ORDER BY focal.record
"""

NO_PARTNER = -1


@dataclass(frozen=True)
class Focal:
    """Every focal record of a run, by rising record number: (N,) each.

    ``partner`` is the record that it is linked to, :data:`NO_PARTNER` for none; ``groups`` are the
    names of the groups that ``frame.group`` numbers.
    """

    source: str
    other: str
    record: Index
    partner: Index
    groups: tuple[str, ...]
    frame: Frame


def sources_of(config: Config) -> tuple[str, str]:
    """Return the focal source and the other one.

    Raises
    ------
    ConfigError
        R430 when links of two sources are not what decides: pairs of duplicates, or of three
        sources that entities imply, are no units of this review.
    """
    if not decided_by_links(config):
        raise ConfigError(
            Fault(
                "R430",
                "a review needs a run that links two sources to each other",
                "link the sources two at a time to review them; deduplication has no review yet",
                path="linkage.type",
            )
        )
    (other,) = (name for name in config.sources if name != config.focal)
    return config.focal, other


def grouping_by(config: Config, by: Sequence[str]) -> Grouping | None:
    """Return the grouping of the focal records by the characteristics ``by``, None by none.

    Raises
    ------
    ConfigError
        C208 when the focal source does not hold one of them.
    """
    held = [name for name, group in config.groups.items() if group.source == config.focal]
    if unknown := [name for name in by if name not in held]:
        known = ", ".join(held) or "none: name them under groups"
        message = f"the focal source has no characteristic called {unknown[0][:60]}"
        raise ConfigError(
            Fault("C208", message, f"characteristics of the focal source: {known}", path="--by")
        )
    return Grouping(tuple(by)) if by else None


def read_focal(run: Tables, config: Config, by: Sequence[str]) -> Focal:
    """Return the focal records of a run, grouped by the characteristics ``by``.

    Raises
    ------
    ConfigError
        R430, C208: see :func:`sources_of` and :func:`grouping_by`.
    """
    source, other = sources_of(config)
    grouping = grouping_by(config, by)
    side, opposite = sides(config)
    columns = run.connection.execute(
        _RECORDS.format(
            label="''" if grouping is None else grouping.label,
            focal=run.view(f"records_{source}"),
            other=run.view(f"records_{other}"),
            links=run.view("links"),
            candidates=run.view("candidates"),
            record_id=f"record_id_{side}",
            other_id=f"record_id_{opposite}",
            record=f"record_{side}",
            opposite=f"record_{opposite}",
        )
    ).fetchnumpy()
    return _focal(source, other, columns)


def sides(config: Config) -> tuple[str, str]:
    """Return on which side of pairs the focal source stands, l or r, and on which the other."""
    return ("l", "r") if next(iter(config.sources)) == config.focal else ("r", "l")


def _focal(source: str, other: str, columns: Mapping[str, object]) -> Focal:
    partner = _filled(columns["partner"], NO_PARTNER).astype(np.int64)
    linked = partner != NO_PARTNER
    p_best = _filled(columns["p_best"], np.nan)
    names, group = np.unique(np.asarray(columns["label"], dtype=np.str_), return_inverse=True)
    p = np.where(linked, _filled(columns["p"], np.nan), p_best)
    risk = np.where(linked, 1 - p, _filled(columns["p_any"], 0.0))
    frame = frame_of(linked, p, ~np.isnan(p_best), group, np.clip(risk, 0, 1))
    record = np.asarray(columns["record"], dtype=np.int64)
    return Focal(source, other, record, partner, tuple(names.tolist()), frame)


def _filled(column: object, missing: float) -> npt.NDArray[np.float64]:
    """Return a column as numbers, ``missing`` where there is none."""
    return np.ma.filled(np.ma.asarray(column).astype(np.float64), missing)
