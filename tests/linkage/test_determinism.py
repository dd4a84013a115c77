"""The same bytes whatever the threads, the chunks and the order of rows, and twice in a row."""

import random

import pytest

from linkage.model import scoring
from linkage.runs import workspace

KEPT = (
    "restricted/random_patterns.parquet",
    "restricted/counted_patterns.parquet",
    "restricted/sampled_records.parquet",
    "restricted/pattern_counts.parquet",
    "restricted/record_patterns.parquet",
    "restricted/household_patterns.parquet",
    "restricted/patterns.parquet",
    "restricted/candidates.parquet",
    "restricted/links.parquet",
    "restricted/entities.parquet",
    "restricted/fitted.json",
    "restricted/training.json",
    "restricted/weights.json",
    "model.json",
)
LISTED = {
    "blocking": [["first_name", "surname"], ["date_of_birth"], ["surname", "postcode"]],
    "comparisons": [
        {"column": "first_name", "kind": "jaro_winkler", "term_frequency": True},
        {"column": "surname", "kind": "levenshtein", "term_frequency": True},
        {"column": "date_of_birth", "kind": "date"},
        {"columns": ["postcode", "sex"]},
    ],
    "deterministic": [["first_name", "surname", "date_of_birth"]],
}
SAMPLED = {"training": {"record_sample": 100, "u_pairs": 1000}}
METHODS = {
    "chosen": ("ab", {}, "ab"),
    "listed": ("abc", LISTED, "a"),
    "sampled": ("abc", {"type": "link_and_deduplicate", **LISTED, **SAMPLED}, ""),
}
"""Sources, what is said of the linkage, and which sources hold each person once."""


def outcome(run):
    return {path: (run.root / path).read_bytes() for path in KEPT}


def agrees(made, expected):
    """Prove it file by file, so that what differs is named."""
    assert [path for path in KEPT if made[path] != expected[path]] == []


@pytest.fixture(scope="module", params=METHODS)
def method(request):
    return METHODS[request.param]


@pytest.fixture(scope="module")
def sources(invented_people, method):
    ranges = {"a": (0, 160), "b": (60, 220), "c": (100, 180)}
    return {name: invented_people(name, *ranges[name]) for name in method[0]}


@pytest.fixture(scope="module")
def run(link, sources, method):
    """Return a function that links the sources by the method, with what is changed."""
    _, linkage, once = method
    return lambda held=sources, **engine: outcome(link(held, linkage, once=once, engine=engine))


@pytest.fixture(scope="module")
def first(run):
    return run()


def test_the_same_run_again(run, first):
    agrees(run(), first)


def test_another_number_of_threads(run, first):
    agrees(run(threads=1), first)


def test_rows_in_another_order(run, first, sources):
    draw = random.Random(1)
    shuffled = {name: draw.sample(records, len(records)) for name, records in sources.items()}
    agrees(run(shuffled), first)


def test_tables_read_from_their_files(run, first, monkeypatch):
    monkeypatch.setattr(workspace, "_SHARE_RECENT", 10**15)  # no room: as in a run that resumes
    agrees(run(), first)


def test_chunks_of_another_size(run, first, monkeypatch):
    monkeypatch.setattr(scoring, "_CHUNK_PAIRS", 200)
    agrees(run(), first)
