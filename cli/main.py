"""The command line: one table of commands, one way in, one way for anything to go wrong."""

import gc
import os
import resource
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from cli import memory, quiet
from cli.ending import guarded
from linkage.errors import Exit

COMMANDS: tuple[str, ...] = (
    "run",
    "batch",
    "delete",
    "expire",
    "doctor",
    "status",
    "verify",
    "plan",
    "audit-sources",
    "init",
    "validate",
    "schema",
    "report",
    "browse",
    "synth",
    "score",
    "what-if",
    "compare",
    "table",
    "explain",
    "review",
    "release",
    "key",
    "clkhash",
    "encode",
    "attack",
    "pseudonyms",
    "attach",
)
"""Each is a function in the module of its name, cli.validate.validate or cli.what_if.what_if. The
module is imported only when its command is called, and imports what is heavy only when it runs."""

GROUPS: tuple[str, ...] = ("review", "release", "key", "clkhash")
"""Commands that have commands of their own: cli.review.application gives those that are called."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every way in ends here."""
    gc.set_threshold(200_000)  # imports make a hundred thousand objects, and all of them stay
    os.umask(0o077)  # before anything is written: whatever we make is about people
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))  # and so is what we hold in memory
    memory.settle()
    quiet.settle()
    # NumPy's algebra would start a thread a core, and no matrix of ours is large enough for them
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = program()
    return guarded(name, lambda: application(given)(given, prog_name=name, standalone_mode=False))


def program() -> str:
    """Return the name we were called by: ``link``, ``linkage`` or ``python -m cli``."""
    name = Path(sys.argv[0]).name
    return "python -m cli" if name == "__main__.py" else name


def application(given: Sequence[str]) -> typer.Typer:
    """Return the application with the command that is called, or with all of them for help."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Link records that share no identifier, and say how good the links are for everyone.",
    )
    app.callback()(_options)
    called = given[:1] if given and given[0] in COMMANDS else COMMANDS
    for command in called:
        name = command.replace("-", "_")
        module = import_module(f"cli.{name}")
        if command in GROUPS:
            app.add_typer(module.application(given[1:]), name=command)
        else:
            app.command(command)(getattr(module, name))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        import linkage

        place = Path(linkage.__file__).parent
        typer.echo(f"linkage-toolkit {linkage.__version__} ({place})")
        raise typer.Exit(Exit.DONE)


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_version, help="Print name, version and place."
        ),
    ] = False,
) -> None:
    """Link records that share no identifier, and say how good the links are for everyone."""
