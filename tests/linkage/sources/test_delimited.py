import pytest

from linkage.errors import DataError
from linkage.sources.opening import column_names

HEAD = b"id,surname\n"


def test_reads_everything_as_text(make, read):
    rows, _ = read(make(b"id,surname\n007,1e5\n8,NA\n"))
    assert rows == [{"id": "007", "surname": "1e5"}, {"id": "8", "surname": "NA"}]


def test_takes_no_day_for_a_month(make, read):
    rows, _ = read(make(HEAD + b"1,01/02/2001\n"))
    assert rows[0]["surname"] == "01/02/2001"


def test_a_byte_order_mark_is_not_part_of_the_first_name(make, read):
    rows, _ = read(make(b"\xef\xbb\xbfid,surname\r\n1,Lee\r\n"))
    assert rows == [{"id": "1", "surname": "Lee"}]


def test_quoted_values_hold_quotes_delimiters_and_line_ends(make, read):
    rows, _ = read(make(HEAD + b'1,"a ""b"", c"\n2,"d\ne"\n'))
    assert [row["surname"] for row in rows] == ['a "b", c', "d\ne"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_reads_the_declared_encoding(make, read, encoding):
    content = "id,surname\n1,José\n".encode(encoding)
    rows, _ = read(make(content, csv={"encoding": encoding}))
    assert rows[0]["surname"] == "José"


def test_reads_the_declared_delimiter_and_quote(make, read):
    rows, _ = read(make(b"id\tsurname\n1\t'a\tb'\n", csv={"delimiter": "\t", "quote": "'"}))
    assert rows[0]["surname"] == "a\tb"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        pytest.param(HEAD + b"1,a\n2\n", "D312", 3, id="short row"),
        pytest.param(HEAD + b"1,a\n2,b,c\n", "D312", 3, id="long row"),
        pytest.param(HEAD + b'1,"a\nb"\n2\n', "D312", 4, id="short row after a line end in quotes"),
        pytest.param(HEAD + b'1,a\n2,"b\n3,c\n', "D313", 3, id="open quote"),
        pytest.param(HEAD + b'1,a\n2,"b"c\n', "D313", 3, id="text after the closing quote"),
        pytest.param(b'id,"surname\n1,a\n', "D313", 1, id="open quote in the header"),
        pytest.param(HEAD + b"1,a\n2,b\x00c\n", "D311", 3, id="NUL byte"),
        pytest.param("id,surname\n1,a\n2,José\n".encode("latin-1"), "D310", 3, id="latin-1"),
        pytest.param("id,surname\n1,José\n".encode("utf-16"), "D310", 1, id="utf-16"),
        pytest.param("id,surname\n1,a\n".encode("utf-16-le"), "D311", 1, id="utf-16 without mark"),
        pytest.param(b"id,surname\r\n1,a\n2,b\r\n", "D314", None, id="two kinds of line end"),
    ],
)
def test_refuses_what_is_not_strict_and_names_the_line(make, faults, content, code, line):
    (found,) = faults(make(content))
    assert found[0] == code
    assert line is None or found[1] == line


def test_an_encoding_fault_far_into_the_file_has_its_line(make, faults):
    content = HEAD + b"1,aaaaaaaaaaaaaaaa\n" * 100_000 + b"2,\xff\n"
    assert faults(make(content)) == [("D310", 100_002)]


def test_many_wrong_lines_are_shown_a_few_and_counted(make, read):
    with pytest.raises(DataError) as caught:
        read(make(HEAD + b"1\n" * 8))
    *shown, last = caught.value.faults
    assert [fault.line for fault in shown] == [2, 3, 4, 5, 6]
    assert "3 more lines" in last.message


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"1,a\n2,b,SECRET\n",
        HEAD + b'1,a\n2,"SECRET\n',
        HEAD + b"1,SECRET\x00\n",
        HEAD + b"1,SECRET\xff\n",
        b"id,surname\r\n1,SECRET\n2,b\r\n",
        HEAD + b"SECRET,a\nSECRET,b\n",
    ],
)
def test_no_message_holds_a_value(make, read, content):
    with pytest.raises(DataError) as caught:
        read(make(content))
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_path_with_pattern_characters_is_one_file(make, read, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,surname\n9,no\n")
    rows, _ = read(make(HEAD + b"1,yes\n", file="[a]*?.csv"))
    assert rows == [{"id": "1", "surname": "yes"}]


def test_column_names_come_from_the_header(make):
    names = column_names(make(b'id,"sur""name; DROP TABLE x",\xc3\xa9\n1,a,b\n'))
    assert names == ("id", 'sur"name; DROP TABLE x', "é")
