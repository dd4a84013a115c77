"""Plain splink on the synthetic census and register: ``python -m benchmarks.speed.plain_splink``.

What splink's documentation advises: library comparisons for each kind of column, term frequency,
several strict blocking rules, u from random pairs, m by EM on two rules, one link a record.
Called with the folder of the sources; writes pairs.parquet there.
"""

import logging
import sys
from pathlib import Path

import duckdb
import splink.comparison_library as library
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from linkage.sql import literal

SOURCES = {
    "census": {
        "first_name": "upper(trim(first_name))",
        "surname": "upper(trim(last_name))",
        "sex": "CASE sex WHEN '1' THEN 'F' WHEN '2' THEN 'M' END",
        "dob": "try_strptime(date_of_birth, '%d/%m/%Y')::DATE::VARCHAR",
        "town": "upper(trim(town))",
        "postcode": "upper(trim(postcode))",
    },
    "register": {
        "first_name": "upper(trim(given_name))",
        "surname": "upper(trim(family_name))",
        "sex": "upper(left(trim(gender), 1))",
        "dob": "try_strptime(birth_date, '%Y%m%d')::DATE::VARCHAR",
        "town": "upper(trim(post_town))",
        "postcode": "upper(trim(post_code))",
    },
}
RULES = (
    ("dob", "surname"),
    ("dob", "first_name"),
    ("postcode", "first_name"),
    ("postcode", "dob"),
    ("first_name", "surname", "substr(dob, 1, 4)"),
)


def run(folder: Path) -> None:
    """Link the two sources in ``folder``."""
    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    frames = []
    for name, columns in SOURCES.items():
        path = literal(str(folder / f"{name}.parquet"))
        selected = ", ".join(f"nullif({said}, '') AS {column}" for column, said in columns.items())
        rows = f"SELECT record_id AS unique_id, {selected} FROM read_parquet({path})"  # noqa: S608
        connection.sql(rows).create(name)
        frames.append(api.register(name, dataset_display_name=name))
    linker = Linker(frames, _settings())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("postcode", "first_name", "dob")],
        recall=0.8,
    )
    training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "surname"))
    scored = linker.inference.predict(threshold_match_probability=0.95)
    connection.sql(
        "SELECT unique_id_l AS record_id_l, unique_id_r AS record_id_r "  # noqa: S608
        f'FROM "{scored.physical_name}"'
    ).write_parquet(str(folder / "pairs.parquet"))


def _settings() -> SettingsCreator:
    frequent = {"term_frequency_adjustments": True}
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.NameComparison("first_name").configure(**frequent),
            library.NameComparison("surname").configure(**frequent),
            library.DateOfBirthComparison("dob", input_is_string=True),
            library.PostcodeComparison("postcode"),
            library.ExactMatch("town").configure(**frequent),
            library.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        retain_matching_columns=False,
    )


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    run(Path(sys.argv[1]))
