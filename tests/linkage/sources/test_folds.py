import hashlib

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.sources.folds import FOLDS, folds


def by_one(text: str) -> int:
    hashed = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(hashed[8:], "little") % FOLDS


def test_every_length_hashes_as_the_standard_library_does():
    texts = ["é" * (n // 2) + "x" * (n % 2) for n in range(140)]
    assert folds(pa.array(texts)).tolist() == [by_one(text) for text in texts]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=70)), st.integers(0, 3))
def test_any_text_of_any_slice(texts, start):
    array = pa.array(texts, pa.string()).slice(start)
    assert folds(array).tolist() == [by_one(text) for text in texts[start:]]
