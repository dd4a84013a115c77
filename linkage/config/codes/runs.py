"""R4xx: the run folder, storage, the lock and resuming."""

from linkage.config.codes import Entry

RUNS: dict[str, Entry] = {
    "R401": Entry(
        "no room left",
        "The disk, or your share of it, was full when a file was to be written. No half-written "
        "file is left; stages that were done are kept.",
        "Free space there, or set output to a folder with more room; then run again.",
    ),
    "R402": Entry(
        "a place cannot be written or read",
        "The output folder cannot be made or written: it is a file, lies on a read-only disk, or "
        "belongs to somebody else.",
        "Check that the folder of the message is a folder that you may write to, or set output to "
        "another.",
    ),
    "R403": Entry(
        "the storage failed",
        "The operating system reported an error while reading or writing.",
        "Check the disk. Run again: what was finished is compared with its hashes, and what is "
        "damaged is done anew.",
    ),
    "R404": Entry(
        "a file is larger than this process may write",
        "A limit on the size of files is set for the process.",
        "Raise the limit (ulimit -f, or LimitFSIZE of a systemd unit), then run again.",
    ),
    "R405": Entry(
        "out of memory",
        "A step needed more memory than engine.memory allows, and could not do with scratch space.",
        "Raise engine.memory, lower engine.threads, or write blocking rules that make fewer pairs: "
        "link plan counts them.",
    ),
    "R406": Entry(
        "an intermediate table is not there",
        "A stage asked for a table that is not in the run folder: it was removed while the run "
        "was going on.",
        "Run again: the stage that makes the table is done anew.",
    ),
    "R407": Entry(
        "out of scratch space",
        "What did not fit into memory was put into scratch files, until they took nine tenths of "
        "the room that was free at the start.",
        "Set engine.temp to a folder with more room, raise engine.memory, or write blocking rules "
        "that make fewer pairs.",
    ),
    "R408": Entry(
        "an intermediate is damaged",
        "A file of the run folder does not hold what was written to it.",
        "Check the disk. Run again: the stage that makes the file is done anew.",
    ),
    "R410": Entry(
        "another run holds the lock",
        "A run of this name is going on in the same output folder. The message says which, since "
        "when, and its process.",
        "Wait until it has ended. To run two at once, give one another name or output.",
    ),
    "R411": Entry(
        "the run was stopped",
        "Ctrl-C was pressed, or the process was asked to terminate.",
        "Run the same command again: stages that are done are not repeated.",
    ),
    "R412": Entry(
        "another command is writing the folder",
        "A command of encoded linkage is making the folder named in the message at this moment.",
        "Wait until it has ended, or give a folder of another name.",
    ),
    "R420": Entry(
        "not a finished run",
        "A command that reads a run was given a folder without a manifest.json: another folder, or "
        "a run that has not ended.",
        "Give the folder that link run printed last, or the link called latest beside it.",
    ),
    "R421": Entry(
        "the release was approved",
        "A report was to be made again after a person had approved the run's release.",
        "Leave it as it was approved. To change it, run again and have the new run approved.",
    ),
    "R424": Entry(
        "no such characteristic in the run",
        "A report was asked for by a characteristic that the run did not have.",
        "Name characteristics of the run's configuration; another one needs a new run.",
    ),
    "R425": Entry(
        "the run lacks what its report is made from",
        "A table or file of the run, named in the message, is not there: the run did not end, or "
        "its restricted folder was cleared.",
        "Run the configuration again; stages that are done are not repeated.",
    ),
    "R430": Entry(
        "no review of such a run",
        "A review was asked of a run that deduplicates, or that links three sources or more. Its "
        "units are records of one source, linked or not to records of one other.",
        "Link the sources two at a time, and review each linkage.",
    ),
    "R431": Entry(
        "too small a budget for a review",
        "A review looks at links and at unlinked records, at least ten of each.",
        "Give a larger `--budget`; `link review plan` says what each can tell.",
    ),
    "R432": Entry(
        "the review has begun",
        "A review was to be sampled anew where reviewers have decided on units already. Their "
        "decisions would be lost.",
        "Go on with the review that is there. To begin another, run the linkage again and sample "
        "the new run.",
    ),
    "R440": Entry(
        "no review was sampled",
        "A command of `link review` that works on a sample was given a run in which none was "
        "drawn, or another folder.",
        "Give the folder of the run, and call `link review sample` on it first.",
    ),
    "R441": Entry(
        "not the name of a reviewer",
        "A reviewer's name stands in the name of a file and in every decision.",
        "Use 1 to 40 of the characters a-z, 0-9, _, . and -.",
    ),
    "R442": Entry(
        "no part in the review for this person",
        "A review has a first reviewer, a second one and one who adjudicates: three different "
        "people, in the order in which they first came. `link review status` shows who they are.",
        "Go on under the name that was used before; a third person settles with `--adjudicate`.",
    ),
    "R443": Entry(
        "a file of the review is damaged",
        "A file of the review does not hold what was written to it: it was edited, or the disk "
        "failed. For decisions, the line is given.",
        "Put the file back from a copy of the run.",
    ),
    "R444": Entry(
        "a reviewer's decisions are in use",
        "Another `link review serve` or `import` under the same name is going on.",
        "End it, then try again.",
    ),
    "R445": Entry(
        "an exported file is there already",
        "`link review export` would write over a form that may have been filled.",
        "Give another folder with `--out`, or move the file away.",
    ),
    "R446": Entry(
        "a review was sampled anew while it was open",
        "`link review sample` was called again, or the folder of the review removed, while a "
        "reviewer had the page open. The answer that was to be saved was not.",
        "Start `link review serve` again: it shows the new sample.",
    ),
    "R450": Entry(
        "a run that cannot be decided anew",
        "`link what-if` decides over the candidates of a run that links two sources to each other.",
        "Link the sources two at a time, or change the configuration and run again.",
    ),
    "R451": Entry(
        "nothing that can be tried",
        "`link what-if --try` takes settings of the decision: a threshold, a precision or recall "
        "that the model has to expect, thresholds by group, an assignment, rules to keep, m by "
        "group. Shares lie between 0 and 1.",
        "Write it as in `--try threshold=0.8`, `--try 'rules=1,3 m_by=ethnicity'`.",
    ),
    "R490": Entry(
        "an earlier release does not say what it published",
        "Every release is audited together with those approved before it. One of them has no "
        "readable table of counts, so that nothing can be proved.",
        "Put tables/counts.csv of that release back from a copy. A release from before this table "
        "was written has to be made and approved again, or taken out of the register by whoever "
        "answers for what it gave away.",
    ),
    "R452": Entry(
        "no such rule",
        "`link what-if` is to keep a rule that the run does not have. Rules are numbered from 1, "
        "match-keys first, in the order of the report.",
        "Give the numbers of rules that are listed.",
    ),
    "R455": Entry(
        "the newest run is not a batch",
        "A batch goes on from the newest run of its configuration; that was made by `link run`.",
        "Give the configuration with `batch:` another name, or another output.",
    ),
    "R456": Entry(
        "the configuration no longer fits the spine",
        "Sources, groups or variables were changed: old records would have been treated otherwise "
        "than new ones. Or the linkage was: the model was not trained for it.",
        "Put the sources back, or begin a spine of another name. For another linkage, write "
        "`batch: {model: refreshed}` for one batch.",
    ),
    "R457": Entry(
        "no spine",
        "`link delete` was called before any batch was linked, or a source would be left without "
        "a record.",
        "Link a batch first.",
    ),
    "R458": Entry(
        "no folder of deliveries",
        "`link batch` was given a configuration without `batch:`.",
        "Write `batch: {deliveries: FOLDER}`.",
    ),
    "R470": Entry(
        "no released estimates",
        "`link compare` was given a folder without an `estimates.csv`: neither a finished run nor "
        "a release.",
        "Give the folder that link run printed last, its for_release, or an approved release.",
    ),
    "R471": Entry(
        "a released file is damaged",
        "A file that `link compare` reads, or an earlier release with which a run is compared, "
        "does not hold what was written to it.",
        "Put it back from a copy of the run or the release.",
    ),
    "R472": Entry(
        "nothing to compare",
        "The two runs given to `link compare` share no figure: they are of different sources, or "
        "what `--measure` and `--by` name is in neither.",
        "Compare runs of one configuration, and name measures and characteristics that both have.",
    ),
    "R491": Entry(
        "a release too soon after a deletion",
        "Someone was deleted, and in a cell that they were in fewer people have changed since than "
        "`disclosure.threshold`: this release and an earlier one would tell what was said of them.",
        "Leave the earlier release standing, and have the release of a later batch approved.",
    ),
    "R495": Entry(
        "there is no finished run to browse",
        "The folder given to `link browse` holds no run with released estimates that you may read, "
        "and no approved release.",
        "Give the output folder of a configuration (`output`, `runs/` by default), where its runs "
        "lie in folders of their names. What others ran is readable to you only through the group "
        "that the configuration names.",
    ),
}
