"""``link release check FOLDER``: a release by itself, for a checker who has nothing else."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.columns import columns


def release_check(
    folder: Annotated[Path, typer.Argument(help="A folder for_release, or a copy of one.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the manifest: one JSON object.")
    ] = False,
) -> None:
    """Check a release: its files, every count and rate in it, that its report asks for nothing.

    Needs nothing but the folder. Prints what a checker has to know, or everything that is wrong.
    """
    from quality.release.checking import check

    manifest = check(folder)
    typer.echo(json.dumps(manifest, ensure_ascii=False) if as_json else "\n".join(view(manifest)))


def view(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a checker reads, line by line: the run, files, rules, what was held back."""
    yield f"{manifest['config']}, run {manifest['run']}: {manifest['state']}"
    yield f"Purpose: {manifest['purpose'] or 'not said'}"
    yield "Sources: " + ", ".join(
        f"{name} ({sha256[:12]})" for name, sha256 in manifest["sources"].items()
    )
    yield from ("", "Files")
    yield from columns(_files(manifest["files"]))
    yield from ("", "Rules")
    yield from (f"  {name}: {said}" for name, said in manifest["rules"].items())
    yield from ("", "Held back, in rows of the tables by subject")
    yield from columns(_held_back(manifest["suppressed"]))
    yield from ("", "Every check was passed: files, counts, rates, limits and the report itself.")
    unread = [each["path"] for each in manifest["files"] if not _is_checked(each["path"])]
    if unread:
        yield f"Read by no check, so look into them yourself: {', '.join(unread)}"


def _files(files: Sequence[Mapping[str, Any]]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("file", "bytes", "rows", "held back")]
    for each in files:
        counts = [f"{each[name]:,}" if name in each else "" for name in ("rows", "rows_suppressed")]
        rows.append((each["path"], f"{each['bytes']:,}", *counts))
    return rows


def _held_back(suppressed: Sequence[Mapping[str, Any]]) -> list[Sequence[str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for each in suppressed:
        if each["table"] != "estimates":  # holds the rows of all the others once more
            counted[each["table"], each["why"]] += each["rows"]
    rows = [(table, f"{n:,}", why) for (table, why), n in counted.items()]
    return [("table", "rows", "why"), *rows]


def _is_checked(path: str) -> bool:
    return path.endswith((".csv", ".html")) or path == "report.json"
