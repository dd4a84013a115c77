"""Lists of values as they are published."""

from pathlib import Path

import pytest

from linkage.errors import ConfigError, DataError
from linkage.privacy.attack.lists import read_lists


def _list(folder: Path, text: str) -> str:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_names_are_cleaned_as_records_are_and_give_their_sounds(tmp_path: Path) -> None:
    path = _list(tmp_path, "value,count\nSmith,10\nsmith ,5\nSmyth,2\n")
    found = read_lists([f"surname={path}"])
    assert found["surname"].counts == {"SMITH": 15, "SMYTH": 2}
    assert list(found["surname_phonetic"].counts.values()) == [17]
    assert found["surname_initial"].counts == {"S": 17}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name,n\nKANARY,1\n", 1),
        ("value,count\nKANARY,1\nKANARY\n", 3),
        ("value,count\nKANARY,many\n", 2),
        ("value,count\nKANARY,-1\n", 2),
        ("value,count\nKANARY,nan\n", 2),
        ("", 1),
        (f"value,count\nKANARY{'Y' * 200_000},1\n", None),
    ],
)
def test_the_line_that_is_wrong_is_told_and_not_its_value(
    tmp_path: Path, text: str, line: int | None
) -> None:
    with pytest.raises(DataError, match="D420") as raised:
        read_lists([f"surname={_list(tmp_path, text)}"])
    assert raised.value.faults[0].line == line
    assert "KANARY" not in str(raised.value)


def test_a_list_that_is_not_there_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="D420"):
        read_lists([f"surname={tmp_path / 'none.csv'}"])


@pytest.mark.parametrize("given", ["surname", "=a.csv", "surname="])
def test_another_form_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="R521"):
        read_lists([given])
