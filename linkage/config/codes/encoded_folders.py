"""C184 to C187, R550: settings of encoded sources. D40x: what a linkage unit receives."""

from linkage.config.codes import Entry

ENCODED_FOLDERS: dict[str, Entry] = {
    "C184": Entry(
        "a setting that does not go with an encoded source",
        "Beside `encoded` stands a setting of a file, such as `path`, `columns` or `keep`, which "
        "the folder takes the place of; or one source is encoded and another is in clear text.",
        "Say the folder alone, and let every owner encode. What is to be left out of a source, its "
        "owner leaves out before encoding.",
    ),
    "C185": Entry(
        "how a column was encoded is not written by hand",
        "`kind: filter`, `token`, `coarse_token` or `band`, `levels`, `salt` and `origin` are what "
        "the schema of an encoded folder says. A configuration cannot make an encoding of a column "
        "that is none.",
        "Remove the setting; to link encodings write `encoded` with the folder of `link encode`.",
    ),
    "C186": Entry(
        "what cannot be done with encodings",
        "A setting asks for values, and the linkage unit has none: a group, a variable or a filter "
        "of a column that is encoded, the values of a pair that is explained, or Spark, which does "
        "not compare filters.",
        "Read groups from the columns `group_...` of the folder.",
    ),
    "C187": Entry(
        "a rule of coarse tokens alone",
        "All columns of a blocking rule or match-key have under 10 bits of entropy, such as sex or "
        "day and month of birth. The unit could work out their values, and the pairs would tell "
        "who shares them.",
        "Add a column of more values to the rule.",
    ),
    "R550": Entry(
        "a Dice level under what the filter was calibrated for",
        "A listed comparison of `kind: dice` has a level under the lowest that the schema of the "
        "encoded folders gives. Filters of two people's values often come as near as that by "
        "chance, so that the level would speak for what is no agreement.",
        "Leave the low levels out, as the message shows; without `levels` the schema's are taken.",
    ),
    "D400": Entry(
        "not an encoded folder",
        "`encoded` names something that `link encode` did not write: the folder or one of its "
        "three files is not there, is of another version, or columns of its schema are missing.",
        "Give the folder as the owner sent it: `encoded.parquet`, `schema.json`, `manifest.json`.",
    ),
    "D401": Entry(
        "an encoded folder is damaged",
        "A file is shorter or longer than the manifest states, or its checksum does not hold: the "
        "copy was cut off, a bit was changed on the way, or files of two deliveries were mixed.",
        "Copy the whole folder again from its owner. If it is still refused, let the owner encode "
        "again.",
    ),
    "D402": Entry(
        "clear text among encodings",
        "`encoded.parquet` holds columns that its schema does not declare, or text where an "
        "encoding should stand. The unit must not have them.",
        "Delete the folder, tell its owner, and treat it as data that went astray. The owner "
        "writes the folder with `link encode` and adds nothing.",
    ),
    "D403": Entry(
        "what must stay with the owners is at the unit",
        "A key can be read beside an encoded folder, or a file stands in the folder that is none "
        "of its three: with a key or a map of record ids every encoding can be undone.",
        "Remove the file and tell the owners. After a key was seen, `link key rotate` and encode "
        "again.",
    ),
    "D404": Entry(
        "group codes that are not declared",
        "A group column has no labels in the manifest, or holds a code that is not among them. "
        "Groups are the only columns that are not encoded, and pass the owner's "
        "disclosure control.",
        "Let the owner encode again with the group under `groups` of the configuration.",
    ),
    "D405": Entry(
        "owners encoded in different ways",
        "The schemas differ in a column, in how one is made, in the profile or in the version of "
        "the cleaning rules. Nothing would agree, or what agrees would mean nothing.",
        "Let both owners write the same `privacy` section and use one version of the toolkit.",
    ),
    "D406": Entry(
        "owners encoded with different keys or for different projects",
        "The key checks or the projects of two folders differ: one owner has an older key, a key "
        "of another project, or made one of its own.",
        "Let the owners compare `link key show-id`, agree on one key, and encode again.",
    ),
    "D407": Entry(
        "records of an encoded folder are malformed",
        "Record ids are not 32 hexadecimal digits that rise from row to row, or a filter misses in "
        "some of its words alone. `link encode` writes neither.",
        "Let the owner write the folder with `link encode`.",
    ),
    "D408": Entry(
        "an encoded folder without any value",
        "Every encoded column is empty in every record: the owner's columns were mapped wrongly, "
        "or every salt was missing.",
        "Let the owner look at the source with `link audit-sources` and encode again.",
    ),
}
