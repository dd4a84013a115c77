"""C35x, R60x and R61x: approvals and roles, what a run may take, and whether it still holds."""

from linkage.config.codes import Entry

GOVERNING: dict[str, Entry] = {
    "C350": Entry(
        "an approval that does not say enough",
        "An approval of the linkage does not say to whom it was given (`holder`), which `sources` "
        "may be linked by it, or `until` when.",
        "Write what the approval says. One that never ends, or is of anything, approves nothing.",
    ),
    "C351": Entry(
        "an approval that ends before it begins",
        "`until` is a day before `on`.",
        "Write the last day on which the approval holds.",
    ),
    "C352": Entry(
        "a governed linkage without purpose or law",
        "The configuration names approvals of the linkage, roles or a time of retention, and does "
        "not say what the linkage is for or which law allows it.",
        "Write `purpose`, and `legal_gateway` under `documentation`.",
    ),
    "C353": Entry(
        "duties that are not separated",
        "One user may release, and see identifiers or settle the threshold as well.",
        "Have another user release: who makes a figure does not let it out.",
    ),
    "C354": Entry(
        "a user of the roles who is not known",
        "A name under `governance.roles` is that of no user of this machine.",
        "Write the name of a user, or its number where it has no account here.",
    ),
    "C355": Entry(
        "a file for signatures that cannot be used",
        "`signing_key` is not there, cannot be read, or may be read by others; or the file of "
        "`allowed_signers` cannot be read.",
        "Make a key with `ssh-keygen -t ed25519 -N '' -f FILE` for the runner alone, and write the "
        "line `NAME KEY` into the file of allowed signers.",
    ),
    "R600": Entry(
        "no valid approval",
        "The linkage is governed, and for a source, or for treating groups differently, nobody is "
        "named who approved it, or the approval does not hold today (by UTC). No data was read; "
        "the refusal is in the audit log.",
        "Get an approval, or have it renewed, and write it under `governance.approvals`.",
    ),
    "R601": Entry(
        "not in the role",
        "`governance.roles` does not let this user see identifiers, or the configuration could be "
        "written by others than those who settle the threshold.",
        "Have a user of the role do it, or have the role given to this one.",
    ),
    "R602": Entry(
        "an approval ends soon (warning)",
        "Within 30 days the approvals that the run rests on do not hold any longer.",
        "Have them renewed in time: afterwards runs stop.",
    ),
    "R603": Entry(
        "a run that cannot be signed",
        "`ssh-keygen` is not there, or refuses to sign with the key: it has a passphrase, or is no "
        "private key.",
        "Install OpenSSH's `ssh-keygen`, and name a key without a passphrase under "
        "`governance.signing_key`.",
    ),
    "R604": Entry(
        "the time is up",
        "The run took longer than `engine.timeout`. What was finished is kept.",
        "Run again: it goes on where it was. Raise the limit where it is too low.",
    ),
    "R605": Entry(
        "not one who releases",
        "`governance.roles.release` of the run names who approves its release, and this user is "
        "none of them.",
        "Have one of them approve it.",
    ),
    "R606": Entry(
        "no linkage here",
        "The folder is no output folder, no folder of one linkage and no run, or nothing has run "
        "there yet.",
        "Give the configuration, or the folder that its `output` names.",
    ),
    "R607": Entry(
        "no time of retention",
        "`link expire` was given a configuration that does not say for how long runs may hold "
        "records.",
        "Write it in days, under `governance.retention_days`.",
    ),
    "R610": Entry(
        "a file of a run is not as it was",
        "A file that a stage wrote is missing, or its hash is not the one in the manifest. Of a "
        "table the row group and the column are named whose checksum fails.",
        "Put the file back from a copy, or run again. Check the disk.",
    ),
    "R611": Entry(
        "the audit log was changed",
        "A line of the audit log does not follow from the line before it, or the end is missing "
        "that the manifest names.",
        "Put the log back from a copy, and find out who changed it.",
    ),
    "R612": Entry(
        "a manifest without a valid signature",
        "The run should be signed, or allowed signers were named, and the manifest has no "
        "signature of any of them: it was changed after it was signed, or signed by another key.",
        "Find out who wrote the manifest. After `link report`, the room's key signs it anew.",
    ),
    "R613": Entry(
        "an input has changed since",
        "A source, or a file of a delivery, is not what the run read. The run itself is whole.",
        "Put back what was delivered, or run again with what is there now.",
    ),
}
