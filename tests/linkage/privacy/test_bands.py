"""Bands agree as often as the minima of sets of bigrams do: Jaccard similarity to the rows."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.privacy.encoder import encode
from linkage.privacy.schema import Band, Schema

SMITH = {" S", "SM", "MI", "IT", "TH", "H "}
SMYTH = {" S", "SM", "MY", "YT", "TH", "H "}
ANN = {"1 A", "1AN", "1NN", "1N "}  # of the first name: kept apart from those of the surname
BANDS = 600


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_share_of_bands_that_agree(key, rows):
    records = pa.table({"a": ["ANN", "ANN"], "b": ["SMITH", "SMYTH"], "c": ["1", "1"]})
    columns = tuple(Band(f"band_{i}", ("a", "b"), ("c",), rows) for i in range(BANDS))
    encoded = encode(records, Schema("P-1", "standard", "1", columns), key)
    agree = np.mean([one == other for one, other in (each.to_pylist() for each in encoded.columns)])
    jaccard = len((SMITH & SMYTH) | ANN) / len(SMITH | SMYTH | ANN)
    expected = jaccard**rows
    assert agree == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / BANDS))


def test_a_band_needs_what_it_is_joined_with_to_agree(key):
    records = pa.table({"a": ["ANN"] * 3, "b": ["SMITH"] * 3, "c": ["1", "2", None]})
    schema = Schema("P-1", "standard", "1", (Band("band_0", ("a", "b"), ("c",), 3),))
    first, second, third = encode(records, schema, key)["band_0"].to_pylist()
    assert first != second
    assert third is None


def test_the_same_letters_in_another_name_are_others(key):
    records = pa.table({"a": ["ANN", "SMITH"], "b": ["SMITH", "ANN"]})
    columns = tuple(Band(f"band_{i}", ("a", "b"), (), 1) for i in range(50))
    encoded = encode(records, Schema("P-1", "standard", "1", columns), key)
    assert sum(one == other for one, other in (e.to_pylist() for e in encoded.columns)) == 0
