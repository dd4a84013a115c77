"""Tokens: HMAC written out is HMAC, SipHash is SipHash, a missing part is a missing token."""

import hmac

import numpy as np
import pyarrow as pa
import pytest

from linkage.privacy.joining import Columns
from linkage.privacy.siphash import siphash
from linkage.privacy.tokens import hashes, mixed, tokens

KEY = bytes(range(32))
SIPHASH = {  # key 00 01 02 ..., messages 00 01 02 ...: as OpenSSL 3 computes them
    8: "6224939a79f5f593",
    16: "db9bc2577fcc2a3f",
    24: "94af49f6c650adb8",
    32: "ce7cf2722f512771",
}


def test_a_hash_is_the_first_64_bits_of_hmac_sha_256():
    values = ["SMITH", "ΑΒΓ", "O" * 200, ""]
    expected = [hmac.digest(KEY, each.encode(), "sha256")[:8] for each in values]
    made = hashes(pa.array(values), KEY)
    assert [each.tobytes() for each in made.astype("<u8")] == expected


@pytest.mark.parametrize("length", SIPHASH)
def test_siphash_gives_the_published_vectors(length):
    message = np.frombuffer(bytes(range(length)), "<u8").astype(np.uint64)
    made = siphash([np.repeat(block, 3) for block in message], bytes(range(16)))
    assert made.astype("<u8").tobytes().hex() == SIPHASH[length] * 3


def test_siphash_does_not_depend_on_how_many_messages_are_hashed_at_once():
    blocks = [np.arange(20_000, dtype=np.uint64), np.arange(20_000, 40_000, dtype=np.uint64)]
    whole = siphash(blocks, KEY[:16])
    assert whole[9_000] == siphash([block[9_000:9_001] for block in blocks], KEY[:16])[0]
    assert len(set(whole.tolist())) == 20_000


@pytest.fixture
def columns():
    records = pa.record_batch(
        {
            "surname": pa.array(["SMITH", None, "SMITH", "", "  ", "SMYTHE"]),
            "birth_year": pa.array([1980, 1980, None, 1980, 1980, 1980], pa.int16()),
            "nothing": pa.nulls(6),
        }
    )
    return Columns(records, KEY)


def test_equal_values_have_equal_tokens_and_missing_ones_none(columns):
    made = tokens(columns.texts("surname"), KEY).to_pylist()
    assert made[0] == made[2]
    assert made[0] != made[5]
    assert [each is None for each in made] == [False, True, False, True, True, False]


@pytest.mark.parametrize("absent", ["nothing", "not_held"])
def test_a_column_without_values_gives_no_token(columns, absent):
    assert tokens(columns.joined(("surname", absent)), KEY).null_count == 6
    assert mixed([columns.hashes(absent)], columns.filled(("surname", absent)), KEY).null_count == 6


def test_a_token_of_several_is_missing_where_a_part_is(columns):
    made = tokens(columns.joined(("surname", "birth_year")), KEY).to_pylist()
    assert [each is None for each in made] == [False, True, True, True, True, False]


def test_parts_are_kept_apart():
    records = pa.record_batch({"a": ["X", "XY"], "b": ["YZ", "Z"]})
    first, second = tokens(Columns(records, KEY).joined(("a", "b")), KEY).to_pylist()
    assert first != second


def test_first_letters_of_a_column():
    records = pa.record_batch({"surname": ["SMITH", "SMYTHE", "S"]})
    values = Columns(records, KEY).texts("surname:2")
    assert values.values.take(pa.array(values.codes)).to_pylist() == ["SM", "SM", "S"]
