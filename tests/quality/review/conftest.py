"""A review of invented people, laid out as link review sample lays it out."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quality.review.cases import read_review, review_folder

FIRST = "amara bilal chloe dafydd elif farouk grace hamish imani jakub".split()
LAST = "okafor hussain martin evans yilmaz aziz turner macleod nwosu nowak".split()
STREETS = "mill lane,high street,station road,church close,park avenue".split(",")
FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode", "address")


def person(rng):
    date = f"{rng.randint(1930, 2015)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    address = f"{rng.randint(1, 120)} {rng.choice(STREETS)}"
    postcode = f"zz{rng.randint(1, 9)} {rng.randint(1, 9)}{rng.choice('abdefghj')}x"
    return [rng.choice(FIRST), rng.choice(LAST), date, rng.choice("FM"), postcode, address]


def misspelt(rng, values):
    """The same person as another source writes it down."""
    values = list(values)
    name = values[1]
    at = rng.randrange(1, len(name) - 1)
    values[1] = rng.choice([name, name[:at] + name[at + 1 :], name[:at] + "x" + name[at:]])
    year, month, day = values[2].split("-")
    values[2] = rng.choice([values[2], f"{year}-{day}-{month}", f"{year}-{month}-01"])
    values[rng.choice([4, 5])] = rng.choice([None, values[5]])
    return values


def write_review(run, n_units=20, n_candidates=30, double=5, seed=1):
    """Write the review folder of ``run``: even units are links, whose partner has rank 1 or 2."""
    folder = run / "restricted" / "review"
    folder.mkdir(parents=True, mode=0o700)
    rng = random.Random(seed)
    units, candidates, sheets = [], [], []
    for number in range(n_units):
        link = number % 2 == 0
        focal = person(rng)
        others = [misspelt(rng, focal), *(person(rng) for _ in range(n_candidates - 1))]
        shown = 1 + rng.randrange(2)
        units.append(
            {
                "unit": number,
                "unit_type": "link" if link else "unlinked",
                "stratum": number % 2,
                "source": "census",
                "record": number,
                "other": "health_register",
                "partner_shown": 1000 * number + shown if link else None,
                "double": number < double,
            }
        )
        sheets.append({"unit": number, "rank": 0, **dict(zip(FIELDS, focal, strict=True))})
        for rank, values in enumerate(others, start=1):
            record = 1000 * number + rank
            candidates.append(
                {
                    "unit": number,
                    "rank": rank,
                    "record": record,
                    "match_weight": 20.0 - rank,
                    "meets_rule": rank < 5,
                }
            )
            sheets.append({"unit": number, "rank": rank, **dict(zip(FIELDS, values, strict=True))})
    for name, rows, kinds in (
        ("units", units, UNITS),
        ("candidates", candidates, CANDIDATES),
        ("sheets", sheets, SHEETS),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema=kinds), folder / f"{name}.parquet")
    strata = [
        {"kind": kind, "bands": [0], "group": None, "N": 500, "n": n_units // 2}
        for kind in ("link", "unlinked")
    ]
    design = {"by": None, "seed": seed, "budget": n_units, "links_digest": "0", "strata": strata}
    (folder / "design.json").write_text(json.dumps(design))
    return folder


_text, _int = pa.string(), pa.int32()
UNITS = pa.schema(
    {
        "unit": _int,
        "unit_type": _text,
        "stratum": _int,
        "source": _text,
        "record": _int,
        "other": _text,
        "partner_shown": _int,
        "double": pa.bool_(),
    }
)
CANDIDATES = pa.schema(
    {
        "unit": _int,
        "rank": _int,
        "record": _int,
        "match_weight": pa.float64(),
        "meets_rule": pa.bool_(),
    }
)
SHEETS = pa.schema({"unit": _int, "rank": _int, **dict.fromkeys(FIELDS, _text)})


@pytest.fixture
def run(tmp_path):
    """The folder of a run with a review of 20 units, 5 of them double."""
    write_review(tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def review(run):
    """The review of that run."""
    return read_review(review_folder(run))
