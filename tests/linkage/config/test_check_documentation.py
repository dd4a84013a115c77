"""What a configuration says for the documents: all optional, and refused where it stands."""

from pathlib import Path

import pytest

from linkage.config.loader import examine

CONFIG = """version: 1
name: made
sources:
  a: {path: a.csv, id: id, columns: {surname: s}}
  b: {path: b.csv, id: id, columns: {surname: s}}
documentation:
"""


def faults(tmp_path, *lines):
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG + "".join(f"  {line}\n" for line in lines))
    return [(fault.code, fault.line - 6) for fault in examine(path).faults]


def test_the_example_of_the_page_on_documents_is_taken(tmp_path):
    page = (Path(__file__).parents[3] / "docs/how-to/documents.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.replace("  b:", "  register:").replace("documentation:\n", example))
    assert examine(path).faults == ()


def test_everything_may_be_said(tmp_path):
    said = (
        "producer: An office",
        "email: team@example.org",
        "website: https://example.org",
        "period: {start: 2021-03-21, end: 2021-03-21}",
        "quality_assurance: {concern: low, producer: {level: A1, reason: checked}}",
        "sources: {a: {population: everyone, extracted: 2021-05-01}}",
    )
    assert faults(tmp_path, *said) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sources: {c: {population: everyone}}", "C131"),
        ("sources: {a: {extracted: soon}}", "C116"),
        ("period: {start: 2021-03-21, end: 2020-01-01}", "C117"),
        ("email: nobody", "C116"),
        ("website: example.org", "C116"),
        ("quality_assurance: {concern: lowish}", "C104"),
        ("quality_assurance: {producer: {level: A2}}", "C112"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(tmp_path, line, code):
    assert faults(tmp_path, "producer: An office", line)[0] == (code, 2)
