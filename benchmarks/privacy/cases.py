"""The four pairs of sources on which linkage of encodings is held to linkage of clear text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.accuracy.sets import HERE, data_folder, public_sets, read_yaml
from benchmarks.populations.linking import order
from linkage.config.privacy_settings import Profile
from synthetic_data.generate import generate

Section = Mapping[str, Any]

PEOPLE, SEED = 112_000, 1
"""People of the invented population, of whom the census holds about 100,000."""

_RACE: Section = {"source": "census", "column": "race_ethnicity"}
_SEX: Section = {"source": "census", "column": "sex", "standard": "sex"}
_AGE: Section = {
    "source": "census",
    "from": "date_of_birth",
    "on": "2020-04-01",
    "standard": "age.bands_8",
}
_PUBLIC: dict[str, tuple[str, dict[str, Section]]] = {
    "febrl4": (
        "first_name surname date_of_birth house_number street town postcode",
        {"state": {"source": "a", "column": "state"}},
    ),
    "ons_linkage_exercise": (
        "first_name middle_name surname date_of_birth sex postcode",
        {"sex": {"source": "b", "column": "sex", "standard": "sex"}},
    ),
    "census_ssa": (
        "first_name middle_name surname date_of_birth sex",
        {"race": _RACE, "sex": _SEX, "age": _AGE},
    ),
}
_INVENTED = "first_name surname date_of_birth sex house_number street town postcode"

POPULATION = "population_100k"

BARS: dict[str, dict[Profile, float]] = {
    "febrl4": {"standard": 0.005, "high": 0.02},
    "ons_linkage_exercise": {"standard": 0.005, "high": 0.02},
    "census_ssa": {"standard": 0.005, "high": 0.06},
    POPULATION: {"standard": 0.005},
}
"""The most F1 that a profile may lose against clear text; none is set for ``high`` on the last."""


@dataclass(frozen=True)
class Case:
    """Two sources: a configuration of all they hold, and the fields of it that are encoded."""

    name: str
    sources: Section
    fields: Sequence[str]
    groups: Section
    linkage: Section
    truth: pl.DataFrame
    """The true pairs: ``left``, ``right``, the ids of the first source and of the second."""

    def with_all(self) -> dict[str, Any]:
        """Return the configuration of all fields, with the groups that results are shown for."""
        return self._config("all", self.sources) | {"groups": self.groups}

    def with_fields(self) -> dict[str, Any]:
        """Return the configuration of the fields that are encoded."""
        kept = {
            name: source | {"columns": {field: source["columns"][field] for field in self.fields}}
            for name, source in self.sources.items()
        }
        return self._config("fields", kept)

    def _config(self, called: str, sources: Section) -> dict[str, Any]:
        about = {"version": 1, "name": f"{self.name}_{called}", "linkage": self.linkage}
        return about | {"sources": sources}


def names() -> Sequence[str]:
    """Return the names of the cases, the population last."""
    return (*_PUBLIC, POPULATION)


def case(name: str, folder: Path, people: int = PEOPLE) -> Case:
    """Return a case; what has to be made for it, of ``people``, is made in ``folder``."""
    return population(people, folder) if name == POPULATION else _public(name, folder)


def population(people: int, folder: Path) -> Case:
    """Return the case of an invented population, made in ``folder``."""
    made = folder / "population"
    generate(order("census_admin", people, SEED), made, processes=1)
    said = read_yaml(made / "config.yaml")
    for source in said["sources"].values():
        source["path"] = str(made / source["path"])
    pairs = _pairs(made / "truth.parquet", list(said["sources"]))
    groups = {name: dict(group) for name, group in said["groups"].items()}
    groups["age"]["on"] = str(groups["age"]["on"])
    return Case(POPULATION, said["sources"], _INVENTED.split(), groups, said["linkage"], pairs)


def _public(name: str, folder: Path) -> Case:
    said = read_yaml(HERE / f"{name}.yaml")
    for source in said["sources"].values():
        source["path"] = source["path"].replace("DATA", str(data_folder()))
    the_set, truth = public_sets()[name], folder / "truth.parquet"
    the_set.write_truth(truth)
    fields, groups = _PUBLIC[name]
    pairs = _pairs(truth, list(said["sources"]))
    if pairs.height != the_set.pairs:
        raise SystemExit(f"{name}: {pairs.height} true pairs, not {the_set.pairs}")
    linkage = said.get("linkage", {"focal": "a"})
    return Case(name, said["sources"], fields.split(), groups, linkage, pairs)


def _pairs(truth: Path, sources: Sequence[str]) -> pl.DataFrame:
    people = pl.read_parquet(truth).filter(pl.col("person").is_not_null())
    left, right = (
        people.filter(pl.col("source") == source).select("person", record_id="record_id")
        for source in sources
    )
    both = left.join(right, on="person", suffix="_r")
    return both.select(left="record_id", right="record_id_r").unique()
