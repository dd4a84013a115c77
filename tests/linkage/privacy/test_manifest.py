"""A manifest as the linkage unit reads it: what is no manifest is not read."""

import json

import pytest

from linkage.privacy.manifest import Manifest, Stated, manifest_of

RECORD = json.loads(
    Manifest(
        schema="h",
        project="P-2026-014",
        key_check="0" * 16,
        source="census",
        delivery=1,
        n=100,
        missing={"surname": 0.1},
        groups={"group_sex": ("F", "M")},
        readable=("sex",),
        files={"encoded.parquet": Stated("0" * 64, 10)},
        versions={"toolkit": "1"},
    ).as_json()
)


def test_it_is_read_as_it_was_written():
    assert json.loads(manifest_of(RECORD).as_json()) == RECORD


@pytest.mark.parametrize("key", ["project", "source"])
@pytest.mark.parametrize("name", ["../a", "a/b", "/a", "..", "a\n", "", "a" * 81])
def test_what_could_lead_out_of_a_folder_is_no_name(key, name):
    with pytest.raises(ValueError, match="no name"):
        manifest_of({**RECORD, key: name})
