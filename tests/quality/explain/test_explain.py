import json

import pytest

from cli.main import main
from linkage.errors import ConfigError
from quality.explain.explanation import explain
from quality.finished_run import finished_run


def candidates(folder, order):
    with finished_run(folder) as run:
        keys = run.view("record_keys")
        return run.connection.execute(
            "SELECT l.record_id, r.record_id, match_weight, match_probability, rules, w_tf, "
            f"p_record "
            f"FROM {run.view('candidates')} JOIN {keys} AS l ON l.record = record_l "
            f"JOIN {keys} AS r ON r.record = record_r ORDER BY {order} LIMIT 4"
        ).fetchall()


@pytest.mark.parametrize(
    "order", ["match_weight DESC", "match_weight", "w_tf DESC", "abs(p_record - 0.5)"]
)
def test_the_parts_add_up_to_the_weight_that_decided(linked, order):
    for left, right, weight, probability, rules, w_tf, p in candidates(linked, order)[:2]:
        found = explain(linked, (right, left))
        assert found.match_weight == pytest.approx(weight, abs=1e-9)
        assert found.match_probability == pytest.approx(probability, abs=1e-9)
        assert sum(each.frequency for each in found.parts) == pytest.approx(w_tf, abs=1e-9)
        assert sum(met << at for at, (_, met) in enumerate(found.rules)) == rules
        assert found.scored.p_record == p
        assert (found.pair.left.record_id, found.pair.right.record_id) == (left, right)
        assert found.decision.outcome in {"linked", "not linked"}
        assert found.decision.reasons


def test_a_pair_that_lost_says_to_whom(linked):
    for left, right, *_ in candidates(linked, "match_weight"):
        found = explain(linked, (left, right))
        assert found.decision.outcome == "not linked"
        assert "below the threshold" in found.decision.reasons[0]
        for reason in found.decision.reasons[1:]:
            assert "is linked to" in reason


def test_a_pair_that_was_never_compared_says_at_which_step_it_was_lost(linked):
    with finished_run(linked) as run:
        scored = set(
            run.connection.execute(
                f"SELECT record_l, record_r FROM {run.view('candidates')}"
            ).fetchall()
        )
        (first, second), ids = (
            (0, next(r for r in range(500, 700) if (0, r) not in scored)),
            dict(
                run.connection.execute(
                    f"SELECT record, record_id FROM {run.view('record_keys')}"
                ).fetchall()
            ),
        )
    found = explain(linked, (ids[first], ids[second]))
    assert found.scored is None
    assert found.decision.outcome == "not scored"
    met = any(is_met for _, is_met in found.rules)
    assert ("No match-key or blocking rule" in found.decision.reasons[0]) is not met
    assert found.match_weight < 0


def test_values_are_shown_only_when_asked_for_and_no_id_is_logged(linked, capsys):
    (left, right, *_), *_ = candidates(linked, "match_weight DESC")
    audit = linked / "restricted" / "audit.jsonl"
    before = audit.read_text().count("explanation_asked")
    assert main(["explain", str(linked), left, right, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["outcome"] == "linked"
    assert all("values" not in each for each in said["comparisons"])
    assert main(["explain", str(linked), left, right, "--values", "--json"]) == 0
    with_values = json.loads(capsys.readouterr().out)
    assert all(each["values"] for each in with_values["comparisons"])
    assert main(["explain", str(linked), left, right]) == 0
    page = capsys.readouterr().out
    assert "The pair is linked." in page
    surname = with_values["comparisons"][0]["values"]
    assert not any(value in page for pair in surname.values() for value in pair if len(value) > 3)
    log = audit.read_text()
    assert log.count("explanation_asked") == before + 3
    assert left not in log
    assert right not in log


def test_what_is_not_one_pair_of_the_run_is_refused_without_an_id(linked, capsys):
    (left, right, *_), *_ = candidates(linked, "match_weight DESC")
    for ids, options, code in (
        ((left, "nobody-9"), {}, "R486"),
        ((left, right), {"source": "b"}, "R486"),
        ((left, right), {"source": "z"}, "R480"),
        ((left, "p1" if left != "p1" else "p2"), {}, "R487"),
    ):
        with pytest.raises(ConfigError, match=code) as error:
            explain(linked, ids, **options)
        assert not any(each in str(error.value) for each in ids)


def test_who_may_not_read_the_records_is_told_nothing(linked, monkeypatch, capsys):
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    assert main(["explain", str(linked), "p1", "q1"]) == 5
    assert "R488" in capsys.readouterr().err
