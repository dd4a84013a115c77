"""From a file to a configuration: all faults at once, at the right places."""

from pathlib import Path

import pytest

from linkage.config.loader import examine, load
from linkage.errors import ConfigError

CASES = Path(__file__).parent / "cases"
VALID = (CASES / "valid.yaml").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "config.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def codes(path: Path) -> list[tuple[str, int]]:
    try:
        return [(fault.code, fault.line) for fault in examine(path).faults]
    except ConfigError as error:
        return [(fault.code, fault.line) for fault in error.faults]


def test_eight_planted_faults_are_all_named_at_their_lines():
    assert codes(CASES / "eight_faults.yaml") == [
        ("C113", 7),
        ("C111", 11),
        ("C112", 12),
        ("C134", 22),
        ("C104", 25),
        ("C114", 26),
        ("C105", 27),
        ("C131", 29),
    ]


def test_load_raises_with_every_fault_at_once():
    with pytest.raises(ConfigError) as caught:
        load(CASES / "eight_faults.yaml")
    assert len(caught.value.faults) == 8
    assert caught.value.exit_code == 2


def test_valid_configuration_loads_without_a_word():
    loaded = load(CASES / "valid.yaml")
    assert loaded.warnings == ()
    assert loaded.config.name == "two_sources"
    assert loaded.config.linkage.comparisons[0].levels == (0.92, 0.8)
    assert loaded.text == VALID


def test_paths_start_at_the_folder_of_the_configuration(write, monkeypatch, tmp_path):
    text = VALID + "output: ../results\nengine: {temp: scratch}\nquality: {review: r.csv}\n"
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "config.yaml"
    path.write_text(text)
    monkeypatch.chdir(tmp_path)
    config = load(Path("deep/config.yaml")).config
    assert config.sources["census"].path == tmp_path / "deep" / "census.parquet"
    assert config.output == tmp_path / "results"
    assert config.engine.temp == tmp_path / "deep" / "scratch"
    assert config.quality.review == tmp_path / "deep" / "r.csv"


def test_default_output_is_beside_the_configuration(write):
    path = write(VALID)
    assert load(path).config.output == path.parent / "runs"


def test_a_review_is_found_from_the_folder_of_the_configuration(write):
    path = write(VALID + "quality: {review: runs/x/restricted/review}\n")
    loaded = load(path)
    assert loaded.warnings == ()
    assert loaded.config.quality.review == path.resolve().parent / "runs/x/restricted/review"


@pytest.mark.parametrize(("draws", "found"), [(0, []), (20, []), (1, ["C114"]), (19, ["C114"])])
def test_draws_are_none_or_enough(write, draws, found):
    path = write(VALID + f"quality: {{draws: {draws}}}\n")
    assert [code for code, _ in codes(path)] == found


@pytest.mark.parametrize(("threads", "found"), [(1, []), (1_024, []), (1_025, ["C114"])])
def test_threads_are_no_more_than_a_machine_can_start(write, threads, found):
    path = write(VALID + f"engine: {{threads: {threads}}}\n")
    assert [code for code, _ in codes(path)] == found


def test_numbers_are_the_text_they_were_written_as(write):
    text = VALID.replace("id: number", "id: 0123\n    drop: {event: [3, 04.50, true, null, no]}")
    text = text.replace("sex: sex\nlinkage", "sex: {column: sex, codes: {1: M, 02: F}}\nlinkage")
    source = load(write(text)).config.sources["register"]
    assert source.id == "0123"
    assert source.drop == {"event": ("3", "04.50", "true", None, "no")}
    assert source.columns["sex"].codes == {"1": "M", "02": "F"}


def test_labels_are_filled_with_the_names(write):
    assert load(write(VALID)).config.sources["census"].label == "census"


def test_faults_point_into_the_file(write):
    loaded = load(write(VALID))
    fault = loaded.fault("C201", ("sources", "census", "columns", "surname"), "so", "do")
    assert (fault.line, fault.column, fault.width) == (10, 16, 2)
    assert fault.path == "sources.census.columns.surname"
    assert fault.source_line == "      surname: sn"
    at_key = loaded.fault("C201", ("linkage", "comparisons", 1, "kind"), "so", "do", key=True)
    assert at_key.path == "linkage.comparisons[date_of_birth].kind"
    assert VALID.split("\n")[at_key.line - 1][at_key.column - 1 :].startswith("kind: date")


def test_a_structural_fault_does_not_hide_those_of_the_schema(write):
    text = VALID + "output: runs\noutput: results\nqualty: {levl: 0.9}\n"
    assert [code for code, _ in codes(write(text))] == ["C105", "C111", "C111"]


def test_what_stands_in_a_repeated_section_is_checked_too(write):
    assert [code for code, _ in codes(write(VALID + "groups:\n  race: {column: race}\n"))] == [
        "C105",
        "C112",
    ]


def test_a_misspelt_section_does_not_hide_what_is_wrong_inside_it(write):
    text = VALID.replace("linkage:\n", "linkge:\n").replace("threshold: 0.9", "threshold: 9")
    assert codes(write(text)) == [("C111", 22), ("C114", 31)]


def test_faults_above_a_broken_line_are_named_too(write):
    text = VALID.replace("type: link\n", "type: merge\n") + 'purpose: "open\n'
    assert [code for code, _ in codes(write(text))] == ["C104", "C102"]


def test_references_to_a_faulty_source_or_group_are_not_called_unknown(write):
    text = VALID.replace("    id: id\n", "").replace("standard: sex}", "standrd: sex, on: x}")
    found = [code for code, _ in codes(write(text))]
    assert "C131" not in found
    assert "C132" not in found


def test_a_single_source_is_deduplicated(write):
    start, end = VALID.index("  register:"), VALID.index("linkage:")
    text = (VALID[:start] + VALID[end:]).replace("assignment: one_to_one, ", "")
    assert codes(write(text)) == [("C133", 14)]
    assert codes(write(text.replace("type: link", "type: deduplicate"))) == []


@pytest.mark.parametrize("assignment", ["one_to_one", "many_to_one"])
def test_links_between_three_sources_are_clusters(write, assignment):
    third = VALID[VALID.index("  register:") : VALID.index("linkage:")].replace("register", "other")
    text = VALID.replace("linkage:\n", f"{third}linkage:\n").replace("one_to_one", assignment)
    (fault,) = examine(write(text)).faults
    assert (fault.code, fault.path) == ("C136", "linkage.decide.assignment")
    assert "two sources" in fault.message
    assert codes(write(text.replace(assignment, "clusters"))) == []


def test_one_to_one_with_a_silent_source_is_a_doubt(write):
    text = VALID.replace("    one_record_per_person: true\n", "", 1)
    (fault,) = examine(write(text)).faults
    assert (fault.code, fault.severity) == ("C136", "warning")


def test_many_to_one_needs_one_source_without_repeats(write):
    text = VALID.replace("one_to_one", "many_to_one")
    assert codes(write(text)) == []
    assert [c for c, _ in codes(write(text.replace("person: true", "person: false")))] == ["C136"]


@pytest.mark.parametrize(
    ("column", "fine"),
    [
        ("first_name_phonetic", True),
        ("middle_initial", False),
        ("birth_month", True),
        ("date_of_birth_text", True),
        ("postcode_district", False),
        ("surname_initial", True),
    ],
)
def test_derived_columns_are_known(write, column, fine):
    text = VALID.replace("[first_name, surname]", f"[first_name, {column}]")
    assert codes(write(text)) == ([] if fine else [("C134", 27)])


def test_full_name_gives_its_parts(write):
    text = VALID.replace("      first_name: fn\n      surname: sn\n", "      full_name: name\n")
    assert codes(write(text)) == []


def test_plain_postcode_has_no_parts(write):
    text = VALID.replace("      sex: sex\n", "      sex: sex\n      postcode: pc\n")
    text = text.replace("[first_name, surname]", "[postcode_district]")
    assert codes(write(text)) == []
    plain = text.replace("postcode: pc", "postcode: {column: pc, style: plain}")
    assert [code for code, _ in codes(write(plain))] == ["C134"]


@pytest.mark.parametrize("text", ["", "# only words\n", "---\n", "~\n", "just text\n", "[1, 2]\n"])
def test_what_holds_no_settings_is_one_fault(write, text):
    assert [code for code, _ in codes(write(text))] == ["C103"]


def test_utf_16_is_refused_and_a_byte_order_mark_is_not(write):
    assert codes(write(VALID.encode("utf-16"))) == [("C110", 1)]
    assert codes(write(VALID.encode("utf-8-sig"))) == []


def test_latin_1_is_found_where_it_stands(write):
    path = write(VALID.encode() + "purpose: Erhebung f\xfcr alle\n".encode("latin-1"))
    (fault,) = examine(path).faults
    assert (fault.code, fault.column) == ("C110", 20)


def test_windows_line_ends_change_nothing(write):
    assert load(write(VALID.replace("\n", "\r\n"))).config == load(write(VALID)).config


def test_a_file_over_a_megabyte_is_refused(write):
    assert codes(write("#" * 1_000_001)) == [("C108", None)]


@pytest.mark.parametrize(("said", "seconds"), [("90min", 5400), ("1.5h", 5400), ("20s", 20)])
def test_a_time_limit_is_read_in_its_unit(write, said, seconds):
    assert load(write(VALID + f"engine: {{timeout: {said}}}\n")).config.engine.seconds == seconds


def test_a_time_limit_in_other_words_is_told_how_to_write_it(write):
    (fault,) = examine(write(VALID + "engine: {timeout: 2 hours}\n")).faults
    assert fault.code == "C116"
    assert "2h" in fault.fix
