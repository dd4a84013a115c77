"""Matches to expect by probabilities calibrated on a simulated review of best candidates."""

from pathlib import Path

import duckdb
import numpy as np

from benchmarks.expected.sums import Sums, config_of, label_of, side_of, table_of
from linkage.sql import literal
from quality.uncertainty.calibration import calibrate
from quality.uncertainty.expected_matches import expected_matches, scores
from quality.uncertainty.labels import Labels

BUDGET = 1_000
_BANDS = (0.1, 0.9, 0.99)
_SEED = 1

_BEST = """
    SELECT pair.{side} AS record, pair.p_record AS p,
        a.person = b.person AS match, {label} AS label
    FROM {candidates} AS pair
    JOIN {focal} AS focal ON focal.record = pair.{side}
    JOIN people AS a ON a.record = pair.record_l JOIN people AS b ON b.record = pair.record_r
    QUALIFY row_number() OVER (PARTITION BY pair.{side} ORDER BY p DESC, pair.{opposite}) = 1
    ORDER BY pair.{side}
"""

_PEOPLE = """
    CREATE OR REPLACE TEMP TABLE people AS
    SELECT record, person FROM {keys} LEFT JOIN read_parquet({truth}) USING (source, record_id)
"""


def calibrated(run: Path, connection: duckdb.DuckDBPyConnection, sums: Sums) -> float | None:
    """Return the matches to expect in a group, from a review of all groups of its characteristic.

    1,000 records are reviewed without error, as many in each band of the best candidate's
    probability as there are, or an equal share. None where that gives too few of either class, or
    where a record may have several partners.
    """
    config = config_of(run)
    if config.linkage.type == "deduplicate":
        return None
    side = side_of(config)
    keys, truth = table_of(run, "record_keys"), literal(str(config.quality.truth))
    connection.execute(_PEOPLE.format(keys=keys, truth=truth))
    label = "'all'" if sums.characteristic is None else label_of(config, sums.characteristic)
    rows = connection.execute(
        _BEST.format(
            side=side,
            opposite="record_r" if side == "record_l" else "record_l",
            label=label,
            candidates=table_of(run, "candidates"),
            focal=table_of(run, f"records_{config.focal}"),
        )
    ).fetchnumpy()
    record, p = np.asarray(rows["record"]).astype(np.int64), np.asarray(rows["p"])
    match = np.ma.filled(rows["match"], False).astype(bool)
    names, group = np.unique(np.asarray(rows["label"]).astype(str), return_inverse=True)
    band = np.searchsorted(_BANDS, p, side="right")
    chosen = _drawn(band)
    labels = Labels(
        record=record[chosen],
        p=p[chosen],
        match=match[chosen],
        stratum=band[chosen],
        records=np.bincount(band, minlength=len(_BANDS) + 1).astype(np.float64),
        group=group[chosen],
        groups=tuple(names),
    )
    calibration = calibrate(labels, seed=_SEED)
    if calibration.map is None:
        return None
    whole, groups = expected_matches(calibration, labels, scores(p, group), 0.95, _SEED)
    if sums.characteristic is None:
        return whole.value
    return groups[list(names).index(str(sums.group))].value


def _drawn(band: np.ndarray) -> np.ndarray:
    """Return the records reviewed: an equal share of each band, what a band lacks to the others."""
    random = np.random.default_rng(_SEED)
    members = sorted((np.flatnonzero(band == b) for b in np.unique(band)), key=len)
    chosen, left = [], BUDGET
    for at, of in enumerate(members):
        n = min(len(of), left // (len(members) - at))
        chosen.append(random.choice(of, n, replace=False))
        left -= n
    return np.sort(np.concatenate(chosen))
