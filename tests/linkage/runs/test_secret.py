import pytest

from linkage.errors import RefusedError, StorageError
from linkage.runs import secret
from linkage.runs.secret import NAME, output_secret


def test_it_is_made_once_for_its_owner_alone(tmp_path):
    made = output_secret(tmp_path / "runs")
    assert len(made) == 32
    assert output_secret(tmp_path / "runs") == made
    assert output_secret(tmp_path / "others") != made
    assert (tmp_path / "runs" / NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [NAME]


def test_of_two_processes_the_first_ones_stands(tmp_path, monkeypatch):
    first = output_secret(tmp_path)
    secret._make(tmp_path / NAME)
    assert output_secret(tmp_path) == first


def test_one_that_others_may_read_is_not_used(tmp_path):
    output_secret(tmp_path)
    (tmp_path / NAME).chmod(0o640)
    with pytest.raises(RefusedError, match="R489"):
        output_secret(tmp_path)


def test_a_cut_one_is_not_used(tmp_path):
    output_secret(tmp_path)
    (tmp_path / NAME).write_bytes(b"short")
    with pytest.raises(StorageError, match="R408"):
        output_secret(tmp_path)
