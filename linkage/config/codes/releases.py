"""R46x: releases, their approval and the register of them."""

from linkage.config.codes import Entry

RELEASES: dict[str, Entry] = {
    "R460": Entry(
        "no release",
        "A folder was given in which there is no `release-manifest.json`, or `--table` names a "
        "table that was not asked for in that run.",
        "For `link release approve`, give the folder that `link run` printed last; for `link "
        "release check`, its `for_release` or a copy of that.",
    ),
    "R461": Entry(
        "a release in the register is damaged",
        "Below `releases/`, an approved release is not what was approved: a file was changed, "
        "added or removed, it does not belong to the user who approved it, or that user is the one "
        "who ran it. What was released can be subtracted from what is released next, so no audit "
        "goes on without it.",
        "Put the folder back from a copy, its owners included (`cp -a`, or a backup restored by an "
        "administrator). Do not remove it: what it holds has left all the same.",
    ),
    "R462": Entry(
        "an approval by the person who ran it",
        "`link release approve` was called by the user who ran the linkage, or who wrote a file of "
        "the release. The user of the operating system counts; `--checker` is a label.",
        "Have another member of the release group approve it.",
    ),
    "R463": Entry(
        "approved already",
        "The release stands in the register. Nothing was changed.",
        "Use what stands there. To release something else, run again.",
    ),
    "R464": Entry(
        "a release is not what its manifest says",
        "A file of the release was changed, added or removed, is no plain file, or the manifest is "
        "damaged or does not say what it has to.",
        "Take the release anew from the folder of the run. A file that was mended by hand is none "
        "that passed disclosure control.",
    ),
    "R465": Entry(
        "a release breaks a rule",
        "In a file of the release, a count is under the threshold or not rounded, a row that was "
        "held back shows a figure, a rate does not fit its counts, a margin tells what it holds "
        "back, a column is not in the contract, or a page runs a script or asks for something "
        "outside.",
        "Do not release it. Run again with this version; if that says the same, report it to "
        "whoever maintains the toolkit.",
    ),
    "R466": Entry(
        "a checker who may not read or write",
        "The user who is to approve may not read the release, or not write to `releases/`.",
        "Whoever ran it sets `disclosure.release_group` to a group that both belong to, and runs "
        "again.",
    ),
    "R467": Entry(
        "another release was approved since",
        "Between the start of this run and its approval, a release of the same configuration or of "
        "the same sources was approved. The audit of this run did not know of it, and from both a "
        "small count may be worked out.",
        "Run again: the new run is audited against all that was approved.",
    ),
}
