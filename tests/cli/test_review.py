import importlib.util
import json
from pathlib import Path

import pytest

from cli.main import main
from quality.review.page.session import sitting

CONFTEST = Path(__file__).parents[1] / "quality" / "review" / "conftest.py"


@pytest.fixture
def run(tmp_path):
    spec = importlib.util.spec_from_file_location("invented_review", CONFTEST)
    invented = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(invented)
    invented.write_review(tmp_path / "run")
    return tmp_path / "run"


def decide(run, name, answers, adjudicate=False):
    with sitting(run, name, adjudicate) as session:
        numbers = [session.case(place).unit.number for place in range(1, session.n_cases + 1)]
        for unit, answer in answers.items():
            session.save(numbers.index(unit) + 1, answer)


def test_status_tells_who_did_how_much_and_how_far_they_agree(run, capsys):
    right = 1  # the first candidate of an unlinked record is its partner
    decide(run, "anna", {0: "none", 1: right, 2: "none", 3: right, 4: "unsure", 9: right})
    decide(run, "ben", {0: "none", 1: "none", 2: "none", 3: right})
    assert main(["review", "status", str(run)]) == 0
    said = capsys.readouterr().out
    assert "anna (first reviewer): 6 of 20 decided, 1 of them unsure" in said
    assert "ben (second reviewer): 4 of 5 decided" in said
    assert "  links: 2 of 2 verdicts alike, kappa is not defined: one verdict throughout" in said
    assert "left: 14 units for anna; 1 unit for ben; 5 units to adjudicate" in said
    settled = {0: "none", 1: right, 2: "none", 3: right, 9: right}  # every error called
    decide(run, "chris", settled, adjudicate=True)
    assert main(["review", "status", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["units"], found["double"], found["differ"], found["open"]) == (20, 5, 1, 0)
    # two of four by chance alike: 3 of 4 agree; p_e = .5 * .25 + .5 * .75
    assert found["agreement"]["all"]["kappa"] == pytest.approx((0.75 - 0.5) / 0.5)
    assert found["single_review"]["unlinked"]["sensitivity"] == {"k": 2, "n": 2}
    assert found["single_review"]["link"]["specificity"] == {"k": 2, "n": 2}


def test_export_and_import(run, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["review", "export", str(run), "--reviewer", "anna", "--out", str(out)]) == 0
    form = out / "decisions.csv"
    assert str(form) in capsys.readouterr().out
    lines = form.read_text().splitlines()
    form.write_text("\n".join([lines[0], lines[1].replace(",,,", ",none,,"), *lines[2:]]))
    arguments = ["review", "import", str(run), str(form), "--reviewer", "anna"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "1 new, 0 known already, 19 without decision\n"
    form.write_text("\n".join([lines[0], lines[1].replace(",,,", ",maybe,,")]))
    assert main(arguments) == 3
    assert "D382" in capsys.readouterr().err


def test_a_run_without_a_review_and_a_reviewer_at_work(run, tmp_path, capsys):
    assert main(["review", "status", str(tmp_path)]) == 2
    assert "R440" in capsys.readouterr().err
    with sitting(run, "anna"):
        assert main(["review", "serve", str(run), "--reviewer", "anna"]) == 75
    assert "R444" in capsys.readouterr().err
    assert main(["review", "serve", str(run), "--reviewer", "Anna!"]) == 2
    assert "R441" in capsys.readouterr().err
