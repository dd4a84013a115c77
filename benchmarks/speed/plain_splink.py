"""Plain splink from two files to one-to-one links: ``plain_splink MODE DATA OUTPUT``.

It is given what it would have to make otherwise: clean values, and a column for each part of a
value that a blocking rule names. ``defaults`` is splink as its documentation shows it;
``best_practice`` is what its documentation advises for large files: EM on a sample of a million
pairs, integer keys, dates as dates, narrow predictions. ``tuned`` is faster than its documentation
asks for, at links as good here: EM without term frequencies too, and a tenth of the random pairs.
At a million a side, keeping its tables in Parquet took a tenth more time for a third less memory,
prediction in four chunks a sixth more for an eighth less, a limit of 1 GB a sixth more for two
fifths less: they are left out.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from linkage.sql import identifier, literal

SOURCES = ("census", "register")
RULES = (
    ("postcode", "surname_initial"),
    ("date_of_birth", "surname"),
    ("first_name", "surname", "birth_year"),
)
_CERTAIN = (("first_name", "surname", "date_of_birth"), ("postcode", "first_name", "date_of_birth"))
_CERTAIN_RECALL = 0.8
THRESHOLD = 0.5
_SEED = 1


@dataclass(frozen=True)
class Mode:
    """How splink is set up.

    Parameters
    ----------
    u_pairs, em_pairs
        Most random pairs for u, and most blocked pairs for a session of EM (all where None).
    em_term_frequency
        Whether EM scores each pair by its own term frequencies, splink's default.
    lean
        Keys are integers, dates are dates, and predictions carry no values.
    """

    u_pairs: float
    em_pairs: float | None
    em_term_frequency: bool
    lean: bool


MODES = {
    "defaults": Mode(u_pairs=1e7, em_pairs=None, em_term_frequency=True, lean=False),
    "best_practice": Mode(u_pairs=1e7, em_pairs=1e6, em_term_frequency=True, lean=True),
    "tuned": Mode(u_pairs=1e6, em_pairs=1e6, em_term_frequency=False, lean=True),
}


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Tell on standard error when a phase starts and ends, as ``link run`` tells of its stages."""
    _tell("stage_started", name)
    yield
    _tell("stage_finished", name)


def _tell(event: str, stage: str) -> None:
    sys.stderr.write(json.dumps({"event": event, "stage": stage}) + "\n")
    sys.stderr.flush()


def run(mode: Mode, data: Path, output: Path) -> None:
    """Link the sources in ``data`` and write what was found to ``output``."""
    connection = duckdb.connect()
    with phase("load"):
        linker = _linker(connection, mode, data)
    training = linker.training
    with phase("prior"):
        training.estimate_probability_two_random_records_match(
            [block_on(*rule) for rule in _CERTAIN], recall=_CERTAIN_RECALL
        )
    with phase("u"):
        training.estimate_u_using_random_sampling(max_pairs=mode.u_pairs, seed=_SEED)
    for columns in (("date_of_birth",), ("first_name", "surname")):
        with phase("em_" + "_".join(columns)):
            training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns),
                estimate_without_term_frequencies=not mode.em_term_frequency,
                max_pairs=mode.em_pairs,
            )
    with phase("predict"):
        scored = linker.inference.predict(threshold_match_probability=THRESHOLD)
    with phase("one_to_one"):
        clusters = linker.clustering.cluster_using_single_best_links(
            scored, duplicate_free_datasets=[*SOURCES], threshold_match_probability=THRESHOLD
        )
    with phase("links"):
        _write_links(connection, clusters.physical_name, output / "links.parquet")


def _linker(connection: duckdb.DuckDBPyConnection, mode: Mode, data: Path) -> Linker:
    api = DuckDBAPI(connection)
    frames = []
    for name in SOURCES:
        path = literal(str(data / f"{name}.parquet"))
        key = "file_row_number::INTEGER" if mode.lean else "record_id"
        date = "date_of_birth::DATE" if mode.lean else "date_of_birth"
        connection.execute(
            f"CREATE TABLE {name} AS SELECT {key} AS unique_id, record_id, first_name, surname, "  # noqa: S608
            f"{date} AS date_of_birth, sex, postcode, left(surname, 1) AS surname_initial, "
            "left(date_of_birth, 4)::SMALLINT AS birth_year "
            f"FROM read_parquet({path}, file_row_number = true)"
        )
        frames.append(api.register(name, dataset_display_name=name))
    return Linker(frames, _settings(mode))


def _settings(mode: Mode) -> SettingsCreator:
    frequent = {"term_frequency_adjustments": True}
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.JaroWinklerAtThresholds("first_name", [0.92, 0.88, 0.7]).configure(**frequent),
            library.JaroWinklerAtThresholds("surname", [0.92, 0.88, 0.7]).configure(**frequent),
            library.DateOfBirthComparison("date_of_birth", input_is_string=not mode.lean),
            library.PostcodeComparison("postcode"),
            library.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        retain_matching_columns=not mode.lean,
    )


def _write_links(connection: duckdb.DuckDBPyConnection, clusters: str, path: Path) -> None:
    census, register = SOURCES
    connection.sql(
        "SELECT a.record_id AS record_id_l, b.record_id AS record_id_r "  # noqa: S608
        f"FROM {identifier(clusters)} AS a JOIN {identifier(clusters)} AS b USING (cluster_id) "
        f"WHERE a.source_dataset = {literal(census)} AND b.source_dataset = {literal(register)}"
    ).write_parquet(str(path))


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    run(MODES[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3]))
