import pytest

from linkage.runs import connection


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("1000000000\n", 600_000_000), ("max\n", None), ("9223372036854771712\n", None)],
)
def test_memory_is_a_share_of_what_the_container_may_use(tmp_path, monkeypatch, limit, expected):
    path = tmp_path / "memory.max"
    path.write_text(limit)
    monkeypatch.setattr(connection, "_CGROUP_LIMITS", ())
    machine = connection.default_memory()
    monkeypatch.setattr(connection, "_CGROUP_LIMITS", (path, tmp_path / "missing"))
    assert connection.default_memory() == (expected or machine)
