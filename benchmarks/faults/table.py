"""What was found when commands were killed, and on mutated files, as a page."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

_KILLS = """\
# Killed at random moments

Each command is killed (SIGKILL) at moments drawn evenly over the time that it takes, up to three
times in a row, and started again. Then everything it leaves is compared with what an undisturbed
command leaves. *Wrong*: `latest` pointed at a partial run, or a file that it points at is not what
its manifest says; the content of a file differs (rows sorted, run and times blanked); a run was
added or lost; a temporary file is left; the audit chain is broken.
"""
_FUZZED = """\
# On mutated files

Each file is changed in one to three places, as an editor, a disk or an ill will would: lines lost,
moved, indented, words and values put in place of others, bits flipped, pages blanked, ends cut off.
The command runs to its end. *Wrong*: an exit code of no kind of fault that a user can mend, a
traceback, or a command that hangs.
"""

Records = Sequence[Mapping[str, object]]


def page(records: Records) -> str:
    """Return the page."""
    killed = [each for each in records if "command" in each]
    fuzzed = [each for each in records if "mutated" in each]
    lines = [_KILLS, *_table(("command", "killed in"), ("command", "stage"), killed)]
    lines += ["", _FUZZED, *_table(("mutated", "exit code"), ("mutated", "exit"), fuzzed)]
    return "\n".join(lines) + "\n"


def _table(titles: tuple[str, str], names: tuple[str, str], records: Records) -> Iterator[str]:
    total = Counter((str(each[names[0]]), str(each[names[1]])) for each in records)
    wrong = Counter((str(each[names[0]]), str(each[names[1]])) for each in records if each["wrong"])
    yield f"| {' | '.join(titles)} | n | wrong |"
    yield "|---|---|---:|---:|"
    yield from (f"| {' | '.join(at)} | {n:,} | {wrong[at]:,} |" for at, n in sorted(total.items()))
    yield f"| all | | {total.total():,} | {wrong.total():,} |"
