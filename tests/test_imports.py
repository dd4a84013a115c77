"""Imports run one way: cli, then quality, then linkage; only two files know splink."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("linkage", "quality", "synthetic_data", "cli")

ALLOWED = {
    "linkage": ("linkage",),
    "quality": (
        "quality",
        *(
            f"linkage.{part}"
            for part in (
                "config tables pipeline runs characteristics model uncertainty decide disclosure "
                "errors governance operation sql"
            ).split()
        ),
    ),
    "synthetic_data": (
        "synthetic_data",
        "linkage.config",
        "linkage.errors",
        "linkage.tables",
        "linkage.characteristics",
        "linkage.errors",
    ),
    "cli": OURS,
}
ENGINES_READ = (
    "linkage.engines",
    *(f"linkage.model.{part}" for part in "blocking comparisons patterns source_pairs".split()),
    *(f"linkage.{part}" for part in "config errors runs sql".split()),
)
"""An engine knows columns, comparisons and rules; nothing of how m, u and shares are estimated."""
SPLINK = {
    ROOT / "linkage" / "model" / "splink.py",
    ROOT / "linkage" / "engines" / "spark_scoring.py",
}
FILES = [path for package in OURS for path in sorted((ROOT / package).rglob("*.py"))]


def imported(tree):
    """Every module that a file names: x.y for ``from x import y``, which y may be a part of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def outside(package, names):
    return [name for name in names if name.partition(".")[0] in OURS and not among(name, package)]


def among(name, package):
    allowed = ENGINES_READ if package == "linkage.engines" else ALLOWED[package]
    return any(f"{name}.".startswith(f"{each}.") for each in allowed)


def package_of(path):
    first, *rest = path.relative_to(ROOT).parts
    return f"{first}.engines" if rest[0] == "engines" else first


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    names = list(imported(ast.parse(path.read_text(encoding="utf-8"))))
    assert outside(package_of(path), names) == []
    if path not in SPLINK:
        assert [name for name in names if name.partition(".")[0] == "splink"] == []


@pytest.mark.parametrize(
    ("package", "text"),
    [
        ("linkage", "from quality.share import Share"),
        ("linkage", "import cli.main"),
        ("linkage.engines", "from linkage.model.training import train"),
        ("linkage.engines", "from linkage.model import scoring"),
        ("quality", "from linkage import engines"),
        ("quality", "def late():\n    from linkage.sources.reading import read_source"),
        ("synthetic_data", "from linkage.model import roles"),
    ],
)
def test_a_planted_import_is_caught(package, text):
    assert outside(package, imported(ast.parse(text)))
