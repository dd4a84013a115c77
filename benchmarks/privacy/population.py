"""The records that are attacked, and the list of names that the attacker holds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa

from benchmarks.populations.linking import order
from linkage import pipeline
from linkage.config.loader import load
from linkage.pipeline import Observer
from linkage.privacy.attack.target import ValueList
from linkage.runs.inputs import hash_inputs
from linkage.runs.workspace import Workspace
from linkage.stages import STAGES
from linkage.standardise import names
from synthetic_data.generate import generate

PEOPLE, LISTED = 112_000, 1_000_000
"""People of whom the census is attacked, and people of another seed whose names are the list."""

_COLUMNS = (
    "first_name first_name_phonetic first_initial surname surname_phonetic surname_initial "
    "birth_year birth_month birth_day sex postcode postcode_sector postcode_district"
).split()
_GROUPS = ("group_ethnicity", "group_sex", "group_age")


@dataclass(frozen=True)
class Attacked:
    """Standardised records of a census, their groups, and the list of names by column."""

    records: pa.Table
    groups: pa.Table
    lists: dict[str, ValueList]


def attacked(people: int, listed: int, observer: Observer) -> Attacked:
    """Make ``people``, standardise their census, and count the names of ``listed`` others."""
    with TemporaryDirectory() as folder:
        generate(order("census_admin", listed, 2), Path(folder) / "other", processes=1)
        path = Path(folder) / "other" / "truth_people.parquet"
        lists = dict(_lists(pl.read_parquet(path, columns=["first_name", "surname"])))
    return census(people, lists, observer)


def census(people: int, lists: dict[str, ValueList], observer: Observer) -> Attacked:
    """Make ``people`` and standardise their census, to be attacked with ``lists``."""
    with TemporaryDirectory() as folder:
        generate(order("census_admin", people, 1), Path(folder) / "made", processes=1)
        config = Path(folder) / "made" / "config.yaml"
        table = _standardised(config, "census", (*_COLUMNS, *_GROUPS), observer)
    decade = [None if year is None else str(year)[:3] for year in table["birth_year"].to_pylist()]
    groups = {name.removeprefix("group_"): table[name] for name in _GROUPS}
    return Attacked(
        table.select(_COLUMNS).append_column("birth_decade", pa.array(decade, pa.string())),
        pa.table(groups),
        lists,
    )


def sources(people: int, seed: int, observer: Observer) -> dict[str, pa.Table]:
    """Make ``people`` and return the standardised records of both of their sources."""
    with TemporaryDirectory() as folder:
        generate(order("census_admin", people, seed), Path(folder) / "made", processes=1)
        config = Path(folder) / "made" / "config.yaml"
        names_ = load(config).config.sources
        return {name: _standardised(config, name, _COLUMNS, observer) for name in names_}


def _standardised(
    config: Path, source: str, columns: Sequence[str], observer: Observer
) -> pa.Table:
    loaded = load(config).config
    only = loaded.model_copy(update={"sources": {source: loaded.sources[source]}})
    inputs = hash_inputs(only.sources)
    stages = [stage for stage in STAGES if stage.name in ("ingest", "standardise")]
    with (
        TemporaryDirectory() as folder,
        Workspace(Path(folder), only.engine, [each.path for each in inputs.values()]) as workspace,
    ):
        pipeline.run(stages, only, workspace, inputs, observer)
        batches = workspace.row_groups(f"records_{source}", columns)
        table = pa.Table.from_batches(batches)
    text = [pa.field(name, pa.string()) for name in table.column_names]
    return table.cast(pa.schema(text)).combine_chunks()


def _lists(people: pl.DataFrame) -> Iterator[tuple[str, ValueList]]:
    """Yield how often each name and each sound occurs in the population, rightly spelt."""
    for column, clean in (("first_name", names.first_name), ("surname", names.surname)):
        counts, sounds = Counter[str](), Counter[str]()
        for raw, n in people[column].drop_nulls().value_counts().iter_rows():
            name, _, sound, _ = clean(raw).values
            counts[str(name)] += n
            if sound is not None:
                sounds[str(sound)] += n
        yield column, ValueList(counts)
        yield f"{column}_phonetic", ValueList(sounds)
