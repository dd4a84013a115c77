import csv
import json

import pytest

from cli.main import main

APPROVAL = """
governance:
  approvals:
    - {what: threshold_by_group, by: Mx Example, role: data ethics lead, on: 2026-01-31,
       reason: names of this group are spelt in many ways}
"""


@pytest.fixture
def finished(invented, monkeypatch, capsys):
    monkeypatch.chdir(invented)

    def run(more=""):
        config = invented / "config.yaml"
        config.write_text(config.read_text() + more)
        assert main(["run", "config.yaml", "--log-format", "plain"]) == 0
        return invented / capsys.readouterr().out.strip().splitlines()[-1]

    return run


def test_what_cannot_be_tried_is_refused_by_name(finished, capsys):
    run = str(finished())
    for tried, code in (
        ("threshold=2", "R451"),
        ("rules=1,60", "R452"),
        ("m_by=height", "C208"),
        ("equal_recall=height", "C208"),
    ):
        assert main(["what-if", run, "--try", tried]) == 2
        assert code in capsys.readouterr().err
    assert main(["what-if", run, "--by", "height"]) == 2
    assert "C208" in capsys.readouterr().err
    assert main(["what-if", "nowhere"]) == 2
    assert "R420" in capsys.readouterr().err
    assert main(["what-if", run, "--try", "assignment=many_to_one", "--json"]) == 0
    first, other = json.loads(capsys.readouterr().out)["scenarios"]
    assert other["links"] >= first["links"] > 0


def test_thresholds_by_group_need_an_approval_and_are_printed_with_it(finished, invented, capsys):
    by_group = {"characteristic": "sex", "thresholds": {"Female": 0.9999, "Male": 0.05}}
    setting = f"\nlinkage: {{decide: {{threshold_by_group: {json.dumps(by_group)}}}}}\n"
    config = invented / "config.yaml"
    plain = config.read_text()
    config.write_text(plain + setting)
    assert main(["run", "config.yaml"]) == 2
    assert "C170" in capsys.readouterr().err
    config.write_text(plain)
    truth = [f"p{at},q{at}" for at in range(100, 500)]
    (invented / "truth.csv").write_text("\n".join(["record_id_l,record_id_r", *truth]))
    known = "\nquality: {truth: truth.csv, material_gap: 0.5}\n"
    run = finished(setting + APPROVAL + known)
    page = (run / "for_release" / "report.html").read_text()
    assert "Approved by Mx Example, data ethics lead, on 31 January 2026" in page
    assert "Groups are treated differently in this run" in page
    assert "Recall with thresholds of their own, and with the common one, by sex" in page
    assert main(["what-if", str(run), "--try", "threshold=0.5", "--json"]) == 0
    own, common = json.loads(capsys.readouterr().out)["scenarios"]
    assert own["thresholds_by_group"] == by_group["thresholds"]
    assert common["thresholds_by_group"] == {}
    assert common["links"] > own["links"]
    rows = {
        (rate["measure"], rate["method"], rate["group"]): rate["estimate"] for rate in own["rates"]
    }
    assert rows["link_rate", "wilson", "Female"] < rows["link_rate", "wilson", "Male"]
    with (run / "for_release" / "tables" / "causes.csv").open() as file:
        common_rows = {(row["measure"], row["group"]): row for row in csv.DictReader(file)}
    with_common = float(common_rows["recall_common", "Female"]["estimate"])
    assert with_common > rows["recall", "truth", "Female"]


def test_only_a_run_of_two_sources_can_be_decided_anew(finished, invented, capsys):
    config = invented / "config.yaml"
    text = config.read_text()
    start, end = text.index("  b:\n"), text.index("groups:")
    one = text[:start] + text[end:]
    config.write_text(one.replace("one_record_per_person: true", "one_record_per_person: false"))
    run = finished("\nlinkage: {type: deduplicate}\n")
    assert main(["what-if", str(run), "--try", "threshold=0.5"]) == 2
    assert "R450" in capsys.readouterr().err
