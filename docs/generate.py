"""Write the reference pages that come from the code: ``python docs/generate.py``."""

from importlib import import_module
from pathlib import Path

from typer.testing import CliRunner

from cli.main import COMMANDS, GROUPS, application
from linkage.config.pages import configuration_page, errors_page, schema_file, settings_page
from quality.release.rules import page as rules_table
from quality.report.schema import report_schema
from synthetic_data.spec.schema import Spec

DOCS = Path(__file__).parent

_COMMANDS_HEAD = """# Commands

`link` and `linkage` are the same program; `python -m cli` is a third way in. What each exit code
means is in [going on after an interruption](../how-to/resume.md).

<!-- Written by docs/generate.py from cli/: change it there. -->
"""
_SPECIFICATION_HEAD = """# Specification of a synthetic population

One YAML 1.2 file says what `link synth` makes; a whole one is shown in
[make synthetic data](../how-to/make-synthetic-data.md). Only `version`, `name`, `about`,
`population.day` and, for each source, `day` and `columns` must be there. A *section of your own
names* is by source, characteristic, group, role or kind of mistake. What is wrong is refused, all
of it at once, with line and remedy.

<!-- Written by docs/generate.py from synthetic_data/spec/schema.py: change it there. -->
"""


_RELEASED_HEAD = """# What is done to each measure before it leaves

Every figure under `for_release/` is of a measure in this table; one without a row does not leave.
Why these rules, and what a reader is taken to know:
[disclosure control](../explanation/disclosure-control.md).

<!-- Written by docs/generate.py from quality/release/rules.py: change it there. -->
"""


def specification_page() -> str:
    """Return the page of every setting of a specification."""
    return settings_page(_SPECIFICATION_HEAD, Spec)


def commands_page() -> str:
    """Return the help of every command, as the command prints it."""
    parts = [_COMMANDS_HEAD]
    within = [[group, each] for group in GROUPS for each in import_module(f"cli.{group}").COMMANDS]
    for arguments in ([], *([command] for command in COMMANDS), *within):
        done = CliRunner().invoke(
            application(arguments),
            [*arguments, "--help"],
            prog_name="link",
            env={"COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1"},
        )
        title = " ".join(["link", *arguments])
        parts.append(f"## `{title}`\n\n```text\n{done.stdout.strip()}\n```\n")
    return "\n".join(parts)


def released_measures_page() -> str:
    """Return what is done to each measure before it leaves."""
    return f"{_RELEASED_HEAD}\n{rules_table()}"


PAGES = {
    "reference/released-measures.md": released_measures_page,
    "reference/commands.md": commands_page,
    "reference/errors.md": errors_page,
    "reference/configuration.md": configuration_page,
    "reference/specification.md": specification_page,
    "config.schema.json": schema_file,
    "reference/report.schema.json": report_schema,
}


def write() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
