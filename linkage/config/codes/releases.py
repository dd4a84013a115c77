"""R46x: releases, their approval and the register of them."""

from linkage.config.codes import Entry

RELEASES: dict[str, Entry] = {
    "R461": Entry(
        "a release in the register is damaged",
        "Below `releases/`, an approved release is not what was approved: a file was changed, "
        "added or removed, it does not belong to the user who approved it, or that user is the one "
        "who ran it. What was released can be subtracted from what is released next, so no audit "
        "goes on without it.",
        "Put the folder back from a copy, its owners included (`cp -a`, or a backup restored by an "
        "administrator). Do not remove it: what it holds has left all the same.",
    ),
}
