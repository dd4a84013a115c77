"""The files of a synthetic population: sources, truth, a configuration and a page on both."""

import io
from dataclasses import dataclass
from importlib.resources import files

import jinja2
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from linkage.characteristics.standards import standard
from synthetic_data.parameters import ETHNICITY, Parameters, parameters
from synthetic_data.population import Population, draw_population
from synthetic_data.recording import numbered, record
from synthetic_data.seeds import stream
from synthetic_data.sources import CENSUS, REGISTER, SURVEY, TWICE, Source, covered

_TEMPLATES = {"config.yaml": "config.yaml.j2", "README.md": "README.md.j2"}


@dataclass(frozen=True)
class Order:
    """What is asked for: how many people, from which seed, and which sources beside the two."""

    people: int
    seed: int
    survey: bool = False
    duplicates: float = 0.0


def synthesise(order: Order) -> dict[str, bytes]:
    """Return the files of a synthetic population by name: the same bytes for the same order."""
    built = parameters()
    population = draw_population(order.people, order.seed, built)
    tables = source_tables(population, order, built)
    tables["truth"] = pl.concat(
        table.select(pl.lit(name).alias("source"), "record_id", "person")
        for name, table in tables.items()
    )
    written = {
        f"{name}.parquet": _parquet(table if name == "truth" else table.drop("person"))
        for name, table in tables.items()
    }
    return written | {name: _filled(name, order, built) for name in _TEMPLATES}


def source_tables(
    population: Population, order: Order, built: Parameters
) -> dict[str, pl.DataFrame]:
    """Return the records of each source, with ``record_id`` and the ``person`` they are of."""
    sources = [CENSUS, REGISTER, *([SURVEY] if order.survey else [])]
    drawn = {each.name: _records(population, each, order.seed, built) for each in sources}
    tables = {
        each.name: numbered(drawn[each.name], each.letter, stream(order.seed, f"{each.name} order"))
        for each in sources
    }
    if order.duplicates > 0:
        both = pl.concat([drawn[REGISTER.name], _again(population, drawn, order, built)])
        tables[TWICE] = numbered(both, "D", stream(order.seed, f"{TWICE} order"))
    return tables


def _records(population: Population, source: Source, seed: int, built: Parameters) -> pl.DataFrame:
    rng = stream(seed, f"{source.name} coverage")
    inside = covered(population.people, source.name, built, rng)
    return record(population, inside, source, built, stream(seed, f"{source.name} records"))


def _again(
    population: Population, drawn: dict[str, pl.DataFrame], order: Order, built: Parameters
) -> pl.DataFrame:
    """Return second records of some people in the register, with mistakes of their own."""
    rng = stream(order.seed, TWICE)
    inside = np.zeros(len(population.people), bool)
    inside[drawn[REGISTER.name]["person"].to_numpy()] = True
    inside &= rng.random(len(inside)) < order.duplicates
    return record(population, inside, REGISTER, built, rng)


def _parquet(table: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    pq.write_table(table.to_arrow(), out, compression="zstd")
    return out.getvalue()


def _filled(name: str, order: Order, built: Parameters) -> bytes:
    """Return a text file from its template."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML and Markdown from our own parameters, no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    place = files(__package__).joinpath("templates", _TEMPLATES[name])
    template = environment.from_string(place.read_text(encoding="utf-8"))
    filled = template.render(
        order=order, built=built, groups=standard(ETHNICITY).codes, twice=TWICE
    )
    return filled.encode()
