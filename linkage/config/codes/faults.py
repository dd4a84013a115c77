"""R63x: what is found wrong around a run: its folder, the clock, files that are others now."""

from linkage.config.codes import Entry

FAULTS: dict[str, Entry] = {
    "R630": Entry(
        "a folder of the run is not ours alone",
        "A folder in which the run works is a link, belongs to another user, or may be written by "
        "others: what is written there about people could be read or replaced.",
        "Find out who put it there, and remove it. Or set output, or `engine.temp` where it is the "
        "scratch folder, to a folder of your own.",
    ),
    "R631": Entry(
        "the clock went back (warning)",
        "The newest run ended at a time that has not come yet. The run goes on; it is named so "
        "that it stands after that one.",
        "Set the clock of the machine. What the manifest and the logs say of times is that of the "
        "clock, right or wrong.",
    ),
    "R632": Entry(
        "the files no longer fit a configuration that they fitted",
        "The newest run was made by this configuration, and what the sources hold now does not fit "
        "it: a column has another name, or values are written otherwise. The faults beside this "
        "one say which.",
        "Have the sources delivered as before, or change the configuration to what they are now.",
    ),
    "R633": Entry(
        "a file of the spine is damaged",
        "A file in `restricted/spine/` of the newest run is missing, or does not hold what was "
        "written to it. What was linked before cannot be trusted, and nothing new was linked.",
        "Check the disk, and put the file back from a copy of the run. Without one, point `latest` "
        "to an earlier run whose spine is whole: later deliveries are then taken again.",
    ),
    "R634": Entry(
        "a delivery that is a link",
        "In the folder of deliveries, a folder is a link: it may lead to files that whoever put it "
        "there could not read.",
        "Copy what is delivered into the folder, or remove the link.",
    ),
}
