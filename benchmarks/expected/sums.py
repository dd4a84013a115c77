"""Sums of match probabilities over a run's candidates, and the true pairs among these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from ruamel.yaml import YAML

from linkage.config.schema import Config
from linkage.sql import identifier, literal
from quality import measures
from quality.groupings import all_groupings

MODELS = (
    measures.MODEL_NORMALISED,
    measures.MODEL_TWO_QUALITY,
    measures.FABL,
)


@dataclass(frozen=True)
class Sums:
    """One group of a run's focal records, or all of them: pairs true and expected."""

    characteristic: str | None
    group: str | None
    true: int
    raw: float
    modelled: Mapping[str, float]
    one_to_one: bool


_RAW = """
    SELECT sum(match_probability) FROM {candidates} AS pair
    {joined} WHERE {shown}
"""


def table_of(run: Path, name: str) -> str:
    """Return SQL for a table of the run."""
    return f"read_parquet({literal(str(run / 'restricted' / f'{name}.parquet'))})"


def config_of(run: Path) -> Config:
    """Return the settings of the run."""
    text = (run / "config.resolved.yaml").read_text(encoding="utf-8")
    return Config.model_validate(YAML(typ="safe").load(text))


def groups_of(run: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[Sums]:
    """Yield the sums of all records, then of each group of the focal source."""
    config = config_of(run)
    one_to_one = config.assignment == "one_to_one"
    rows = connection.sql(
        f"FROM {table_of(run, 'error_rates')} ORDER BY characteristic NULLS FIRST"
    ).fetch_arrow_table()
    found: dict[tuple[str | None, str | None], dict[tuple[str, str], dict]] = {}
    for row in rows.to_pylist():
        place = (row["characteristic"], row["group"])
        found.setdefault(place, {})[row["measure"], row["method"]] = row
    for (characteristic, group), said in found.items():
        truth = said.get((measures.BLOCKING_RECALL, measures.TRUTH))
        if truth is None:
            continue
        modelled = {
            method: said[measures.EXPECTED_MATCHES, method]["estimate"]
            for method in MODELS
            if (measures.EXPECTED_MATCHES, method) in said
        }
        true = round(truth["estimate"] * truth["n_records"])
        raw = _raw(run, connection, config, characteristic, group)
        yield Sums(characteristic, group, true, raw, modelled, one_to_one)


def _raw(
    run: Path,
    connection: duckdb.DuckDBPyConnection,
    config: Config,
    characteristic: str | None,
    group: str | None,
) -> float:
    joined, shown = "", "true"
    if characteristic is not None:
        joined = f"JOIN {table_of(run, f'records_{config.focal}')} AS focal " + (
            f"ON focal.record = pair.{identifier(side_of(config))}"
        )
        shown = f"{label_of(config, characteristic)} = {literal(str(group))}"
    query = _RAW.format(candidates=table_of(run, "candidates"), joined=joined, shown=shown)
    return float(connection.execute(query).fetchall()[0][0] or 0.0)


def side_of(config: Config) -> str:
    """Return the column of the focal record in a table of pairs."""
    return "record_l" if config.focal == next(iter(config.sources)) else "record_r"


def label_of(config: Config, characteristic: str) -> str:
    """Return SQL for a record's group."""
    groupings = all_groupings(config.groups, config.intersections)
    return next(each.label for each in groupings if each.name == characteristic)
