"""C1xx: the configuration's own shape."""

from linkage.config.codes import Entry

_TEXT: dict[str, Entry] = {
    "C101": Entry(
        "the configuration cannot be read",
        "There is no file at the path given, or it is a folder, or you may not read it.",
        "Check the path and the file's rights.",
    ),
    "C102": Entry(
        "not YAML",
        "The text is not YAML from here on: an unclosed quote or bracket, a tab, a line that does "
        "not line up with its section, a second colon. Faults above this line are reported too.",
        "Mend the line that is shown. Indent with spaces; put text that holds `: ` or starts with "
        "a special character in quotes.",
    ),
    "C103": Entry(
        "not a set of settings",
        "The file is empty, or holds a list or a single text.",
        "Start from an example in configs/, or let `link init FILES` write a first configuration.",
    ),
    "C105": Entry(
        "a setting stands twice",
        "The same name stands twice in one section. Most YAML readers keep the last one and say "
        "nothing; this one refuses, because nobody can tell which was meant.",
        "Keep one of the two.",
    ),
    "C106": Entry(
        "anchors, aliases and merge keys are not read",
        "The file uses `&name`, `*name` or `<<`. They make a file say something other than it "
        "seems to where it is read, so they are refused.",
        "Write the value out wherever it is used.",
    ),
    "C107": Entry(
        "tags and directives are not read",
        "A word that starts with `!`, or a line that starts with `%`, stands in the file.",
        "Remove it. Text that starts with `!` must stand in quotes.",
    ),
    "C108": Entry(
        "too deep or too large",
        "Sections are nested more than 20 deep, or the file is larger than 1 MB. A configuration "
        "is neither.",
        "Check that this is the right file.",
    ),
    "C109": Entry(
        "more than one document",
        "A line `---` starts a second document, or text follows a line `...`.",
        "Keep one configuration in a file.",
    ),
    "C110": Entry(
        "a character that cannot be read or seen",
        "The file is not UTF-8, or holds a character that cannot be seen: a no-break space, a "
        "zero-width or direction mark, a control character. Such characters come from word "
        "processors and web pages, and make names differ that look the same.",
        "Save the file as UTF-8 and type the line again. Where a name really holds such a "
        'character, write it as an escape in double quotes: `"\\u00A0"`.',
    ),
}

_SHAPE: dict[str, Entry] = {
    "C104": Entry(
        "not one of the choices",
        "The setting takes one of a few words, and this is none of them.",
        "Write one of the words listed; the most likely one is shown.",
    ),
    "C111": Entry(
        "unknown setting",
        "The section has no setting of this name: a slip of spelling, or a setting that stands in "
        "the wrong section.",
        "Write the name shown, or move the setting to the section named. All settings: "
        "[configuration](configuration.md).",
    ),
    "C112": Entry(
        "a setting is missing",
        "The section lacks a setting that has no default.",
        "Add it to the section shown.",
    ),
    "C113": Entry(
        "the wrong kind of value",
        "A number stands where text is meant, a single value where a list is meant, `yes` where "
        "`true` is meant, or nothing stands after the colon.",
        "Write the kind of value named. Flags are `true` or `false`. To keep the default, leave "
        "the whole line out.",
    ),
    "C114": Entry(
        "outside its limits",
        "A number is too large or too small, or a text or list is empty or too long.",
        "Write a value within the limits named.",
    ),
    "C115": Entry(
        "a name that cannot be used",
        "Names of sources, columns, groups and runs become names of tables, columns and folders, "
        "so they hold only letters, digits and underscores, and start with a letter. The columns "
        "of your own files may have any name.",
        "Write the name shown, or another of that form.",
    ),
    "C116": Entry(
        "not written as it must be",
        "A day, an amount of memory, an objective, an e-mail or a web address does not have the "
        "form it needs.",
        "Write it as in the example shown.",
    ),
    "C117": Entry(
        "settings that do not go together",
        "Two settings of one section exclude each other, or one needs another that is not there.",
        "Write the combination shown.",
    ),
}

_BETWEEN: dict[str, Entry] = {
    "C131": Entry(
        "no such source",
        "A setting names a source that does not stand under `sources`.",
        "Write one of the names under `sources`.",
    ),
    "C132": Entry(
        "no such group",
        "An intersection names a group that does not stand under `groups`.",
        "Write one of the names under `groups`, or add the group there.",
    ),
    "C133": Entry(
        "the wrong number of sources",
        "`link` and `link_and_deduplicate` need two sources or more; `deduplicate` needs one. A "
        "configuration with a `privacy` section may hold one, to be encoded and not to be run.",
        "Change `linkage.type`, or the sources; `link encode` encodes a single one.",
    ),
    "C134": Entry(
        "no source has this column",
        "A blocking rule, match-key or comparison names a column that no source maps, and that is "
        "not derived from one (as `first_initial` is from `first_name`, or `birth_year` from "
        "`date_of_birth`).",
        "Write the name shown, or map the column in each source's `columns`.",
    ),
    "C135": Entry(
        "only one source has this column",
        "A pair is compared on what both of its records hold, and only one source maps this "
        "column.",
        "Map the column in another source too, or take it out of the rule or comparison.",
    ),
    "C136": Entry(
        "an assignment that the sources do not allow",
        "`one_to_one` needs sources that hold each person at most once, `many_to_one` at least "
        "one such source, and both need `type: link`.",
        "Say `one_record_per_person: true` where it is so, or let `assignment: auto` choose.",
    ),
    "C137": Entry(
        "a setting that is not read here",
        "The setting is read for other roles, kinds or groups only, so it would do nothing.",
        "Remove it, or change what it stands with.",
    ),
    "C139": Entry(
        "levels out of order",
        "The levels of a comparison stand strictest first: similarities and numbers of common "
        "values fall, distances rise.",
        "Write them in the order shown.",
    ),
    "C140": Entry(
        "no such harmonised list",
        "`standard` names a list that does not exist, or one that does not fit ages.",
        "Write one of the names listed.",
    ),
    "C142": Entry(
        "the same thing twice",
        "A rule repeats the columns of an earlier one, an intersection repeats a group or another "
        "intersection, or a variable of missingness stands twice.",
        "Remove one of the two.",
    ),
    "C143": Entry(
        "two comparisons of one name",
        "Comparisons are known by their name, or by their column where they have none.",
        "Give one of them a `name` of its own.",
    ),
    "C144": Entry(
        "a date format that cannot be used",
        "A format needs a day (`%d`), a month (`%m`, `%b` or `%B`) and a year (`%Y` or `%y`), each "
        "once, in strptime codes. `dd/mm/yyyy` is how spreadsheets write `%d/%m/%Y`.",
        "Write the format shown.",
    ),
    "C145": Entry(
        "a group made of a column that is not there",
        "A group takes age from `date_of_birth`, or whether there is a fixed abode from the "
        "address, and its source maps no such column.",
        "Map the column in that source, or take the group from another.",
    ),
    "C146": Entry(
        "a comparison that does not fit its column",
        "Texts are compared by similarity or edits, numbers by difference, dates by days, arrays "
        "by values in common; the column is of another kind.",
        "Write a kind of comparison that fits the column, or state the column's `kind` in every "
        "source.",
    ),
    "C147": Entry(
        "an order of dates that cannot be checked",
        "`quality.impossible` names a column that is no date of its source, or two dates of one "
        "source.",
        "Name `date_of_birth`, or a column with `kind: date`, of two different sources.",
    ),
    "C148": Entry(
        "a source that holds a characteristic twice",
        "`groups.*.also` names a source that stands there before, or the characteristic's own.",
        "Name each source once: the first under `source`, the others under `also`.",
    ),
    "C149": Entry(
        "a list that is another nation's",
        "The nations of the UK ask ethnic group, religion and other characteristics in their own "
        "words. `nation` is not said where every list is one nation's, or no list of that nation "
        "is known.",
        "Write `nation` with one of those shown, or leave `standard` out and say with `values` "
        "what the codes mean.",
    ),
    "C150": Entry(
        "households counted in records",
        "`from: household` counts the records that share an identifier as people, and the source "
        "may hold a person more than once.",
        "Write `one_record_per_person: true` for the source, if that is so.",
    ),
    "C151": Entry(
        "a split that hides people",
        "A group splits people into White and everyone else, or calls all ethnic minorities by "
        "one name. Groups that are put together so differ in how well they are linked, and the "
        "split shows none of it.",
        "Take each ethnic group, from a harmonised list where there is one; or write "
        "`allow_binary` with the reason. The report prints it.",
    ),
    "C152": Entry(
        "a rule with nothing to choose by",
        "`rule: latest` needs the day of which every holder of the characteristic speaks, "
        "and `self_report_first` a holder that is self-reported.",
        "Write `on` for every holder, or `collected: self_reported` for the one in which people "
        "said it themselves; or leave `rule` out.",
    ),
    "C155": Entry(
        "an analysis that is none of linked records",
        "An analysis has the name of another, is by a characteristic that the focal source does "
        "not hold, or stands in a configuration that does not link two sources to each other.",
        "Give each analysis a name of its own, and link the sources two at a time.",
    ),
    "C170": Entry(
        "groups treated differently without an approval",
        "A setting treats people differently by a characteristic, such as `threshold_by_group`. "
        "That may be unlawful, and is never the analyst's decision alone: the configuration has "
        "to name who approved it, and the report prints it.",
        "Get the approval of whoever may give it and write it under `governance.approvals`, or "
        "remove the setting.",
    ),
    "C171": Entry(
        "thresholds by group that do not fit the linkage",
        "`threshold_by_group` names a characteristic that the focal source does not hold, or the "
        "linkage forms clusters, which have one threshold.",
        "Name a characteristic of the focal source, or remove the setting.",
    ),
    "C172": Entry(
        "a name that is taken",
        "`name` is that of the folder, below `output`, that holds what was approved for release.",
        "Give the configuration another name.",
    ),
    "C175": Entry(
        "what a batch cannot do",
        "The configuration has `batch:` and asks for Spark, or for thresholds by group. A batch "
        "looks up few records among many on one machine, and cuts where its model does.",
        "Remove that setting, or `batch:`.",
    ),
}

CONFIGURATION: dict[str, Entry] = dict(sorted({**_TEXT, **_SHAPE, **_BETWEEN}.items()))
