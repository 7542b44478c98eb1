"""The catalogue of problem codes, for `docs/problems.md`: what each means, and how to fix it.

A code never changes its meaning. Messages give the details.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CATALOGUE: Final[Mapping[str, tuple[str, str]]] = {
    # The text of a rules file, or of a YAML sheet
    "P101": ("Not YAML", "Look at the marked place: often a space, colon or quote is missing."),
    "P102": (
        "A YAML feature that is not allowed",
        (
            "Write every value out as plain text: no anchors, aliases, tags, merge keys, "
            "directives or second documents."
        ),
    ),
    "P103": ("Nested too deep", "Nothing in a protocol or sheet may be more than 50 levels deep."),
    "P104": (
        "Brackets or braces in rules",
        "Write one entry per line, and an empty list as the word none.",
    ),
    "P105": ("A key that is not a word", "A key is plain text before a colon."),
    "P106": ("A duplicate", "Keep one of the two."),
    "P107": (
        "The wrong structure",
        "Write a text, a list or keys with values, as the message says.",
    ),
    "P108": ("A missing key", "Add the key that the message names."),
    "P109": ("An empty value", "Write the value, or leave the key out."),
    "P110": ("A word that is not allowed here", "Use one of the words that the message lists."),
    "P111": ("Not a whole number", "Write digits only: 0 or more."),
    "P112": ("An unknown key or section", "Correct the spelling, or remove it."),
    "P113": (
        "Too many or too few choices",
        "A list has 2 to 9 choices, so that it fits a small screen. Split a longer one in two.",
    ),
    "P114": (
        "No answer for a question that is not asked",
        "A one-of or number question with ask_when needs if_skipped: the answer that counts then.",
    ),
    "P115": (
        "A module without a last verdict",
        "The last verdict of a module needs when: always.",
    ),
    "P116": (
        "A character that does not print",
        "Remove it. An escape sequence or a change of direction would falsify what people read.",
    ),
    "P117": (
        "Dates in the wrong order",
        "A review comes after the day on which the protocol takes effect.",
    ),
    "P118": (
        "The same words twice",
        "Give choices, questions, urgencies and countries words that people can tell apart.",
    ),
    "P120": ("No protocol entry", "A rules folder needs a protocol.yaml with a protocol entry."),
    "P121": ("A file without sections", "Give the file its sections, such as questions or rules."),
    "P122": ("Files and their list differ", "List every file of the folder once under files."),
    "P123": (
        "More problems than are listed",
        "Fix those that are listed. The others are counted, and often have the same cause.",
    ),
    "P124": (
        "A text that is too long",
        (
            "A text has at most 2,000 characters, with its placeholders filled in. The words of "
            "a country for one of them have at most 200."
        ),
    ),
    "P125": (
        "A confirmation that settles nothing",
        (
            "A question that takes no not_sure has none. A one-of has one at most, and a no to it "
            "leaves the doubt."
        ),
    ),
    # Conditions and names
    "P201": ("A condition that cannot be parsed", "Fix it at the caret."),
    "P202": ("and mixed with or", "Put brackets around what belongs together."),
    "P203": ("A condition that can never vary", "Remove it, or find out what was meant."),
    "P204": ("A guard that looks ahead", "A guard may read only earlier questions."),
    "P205": ("An unknown name", "Correct the spelling, or define the question, fact or score."),
    "P206": (
        "An invalid id",
        "Use lower-case letters, digits and _, and no keyword.",
    ),
    "P207": ("An id that is defined twice", "Rename one of the two."),
    "P208": ("An undefined reference", "Define it, or refer to something that is defined."),
    "P209": ("Something unused", "Use it or remove it."),
    # Kinds
    "P301": (
        "The wrong operator for a kind",
        "Use includes for a list, is for a choice, and so on.",
    ),
    "P302": ("A choice that does not exist", "Use one of the choices that the message lists."),
    "P303": ("A number out of range", "Stay within the range and steps of the question."),
    "P304": ("A wrong or missing unit", "Write the unit that the question declares."),
    # Order
    "P401": ("A fact that depends on itself", "Break the cycle."),
    "P402": (
        "A guard that depends on a later question",
        "Move one of the two, or change the guard.",
    ),
    "P403": (
        "A condition that is too large",
        (
            "Split it into several rules: every part of it must be followed for every person, "
            "also the facts that it names and the guards of its questions."
        ),
    ),
    "P404": (
        "A rule that depends on the advice part",
        (
            "Ask the question in a section of the triage part. The urgency is settled before "
            "the advice part is asked, so no rule, safety floor or triage guard may depend on it."
        ),
    ),
    "P405": (
        "A triage question after the advice part",
        "Move the question before those of the advice part, or its section to the advice part.",
    ),
    "P406": (
        "A question that tells a private answer",
        (
            "A question that depends on a private answer is itself private: that it was asked, or "
            "stands among the answers, tells what was said."
        ),
    ),
    # What the safety claims rely on
    "P501": ("An urgency not described once", "Describe each of the five urgencies exactly once."),
    "P502": (
        "The rule for everybody",
        "Exactly one rule has when: always, and its urgency is self_care.",
    ),
    "P503": (
        "The urgency of a rule for not sure",
        (
            "It is never above the rule, never nothing from soon upward, and more than one step "
            "below the rule only with a waiver that gives the reason."
        ),
    ),
    "P504": (
        "The risk direction of answers",
        (
            "State it for every question under risk, or say why not. Entries with urgencies "
            "together name each urgency above self_care once."
        ),
    ),
    "P505": ("A placeholder without words", "Give it words in every country, default first."),
    "P506": (
        "A text that is missing or must not be used",
        (
            "Rules cite evidence and, from same_day upward, say when to come back. No text claims "
            "what no questionnaire can know."
        ),
    ),
    "P507": (
        "A rule and its line of the safety net",
        (
            "Once an urgency has lines, each of its rules names one under signs: with the words "
            "that stand for it, or the reason why there are none. A personal line rests on what "
            "cannot change."
        ),
    ),
    "P508": (
        "The words of a line of the safety net",
        (
            "Each line says the words of its rules, as many as there are findings needed at once, "
            "and stays within the limits for its urgency in every country."
        ),
    ),
    "P509": (
        "A text of the card",
        (
            "It fits on one line in the words of every country, and somebody can come to read it. "
            "What a person must not do rests on an answer."
        ),
    ),
    "P510": (
        "A table that its rows do not fit, or advice that says nothing",
        "Each row has a cell for every column, and a piece of advice has a text or rows.",
    ),
    # Answers
    "A101": (
        "A question that does not exist",
        "Correct the key; 'rules template' lists them all.",
    ),
    "A102": ("An answer of the wrong kind", "Write what the message says this question takes."),
    "A103": (
        "A number out of range",
        "Stay within the range and steps, in the unit of the question.",
    ),
    "A104": ("A choice that does not exist", "Use one of the ids that the message lists."),
    "A105": ("Not sure where it is not allowed", "This question needs a definite answer."),
    "A106": ("A duplicate item", "List it once."),
    "A107": (
        "A reference that is not allowed",
        (
            "ref is a text of at most 100 characters: letters, digits, punctuation and spaces. "
            "A number needs quotes in JSON."
        ),
    ),
    "A108": ("A duplicate key", "Keep one of the two; neither was read."),
    "A109": ("Not an object", "A sheet is one object of question ids and answers."),
    "A110": ("Not JSON", "Look at the marked place: often a comma or quote is missing."),
    "A111": ("Too large", "A sheet holds one person's answers, 1 MiB at most."),
    "A112": ("Nested too deep", "A sheet is flat: ids and answers."),
    "A113": ("Not UTF-8", "Save the file as UTF-8 text."),
    "A114": ("An empty file", "A sheet without answers is {}."),
    "A115": ("Nothing to answer", "The interview is finished; go back to change an answer."),
    "A116": (
        "The sheet of another protocol",
        (
            "A sheet may name the protocol that it answers, with its major version. To use one of "
            "an older version, carry it over with rules migrate."
        ),
    ),
    "A118": (
        "Not a result",
        (
            "Name a file that 'backtriage assess --format json' has written, or, for batch, one "
            "that 'backtriage batch --output' has written."
        ),
    ),
    "A119": (
        "A sheet that may have been cut off",
        (
            "A YAML sheet ends with a line break, and a list with one item on each line needs "
            "another answer or the line ... after it."
        ),
    ),
    "A120": (
        "An answer over several lines",
        "Write it on one line, or its items as a list in brackets.",
    ),
    "A121": (
        "Two answers of two versions",
        (
            "An answer to a question of an older version says more than the one to the question "
            "that took its place. Keep the one that is true."
        ),
    ),
    "A122": (
        "A row that is not CSV",
        (
            "A row has as many cells as the header, separated by commas. A cell with a comma or a "
            "quote stands in quotes, and quotes inside are doubled. Only this row was refused."
        ),
    ),
    "A123": ("No such column", "--id and --keep name columns of the table."),
    "P511": (
        "A question that no feature of the journal answers",
        (
            "from_journal names a feature, and what it is taken from. Its question is part of "
            "triage, of the kind of the feature, and asked of nobody."
        ),
    ),
    "P512": (
        "A question of the journal that decides, or is not for everybody",
        (
            "Rules read features, with from_journal. An entry asks everything each time, and "
            "nothing private but items of its emergency screens."
        ),
    ),
    "P513": (
        "The emergency screens of the journal",
        (
            "A journal has lists each of whose items opens questions of triage, and some item "
            "opens every question that one answer makes an emergency."
        ),
    ),
    # Simulated people
    "P601": ("Not a share or rate", "Write a number such as 0.25; a share is from 0 to 1."),
    "P602": (
        "Shares that do not add up",
        "The shares of classes, levels and bands add up to 1, and so do levels times shares.",
    ),
    "P603": (
        "Numbers without a source",
        "Name a source of the population, or say under assumed why the numbers are assumed.",
    ),
    "P604": (
        "A question that nobody answers",
        "answers.yaml says how every question and every item of the protocol is answered.",
    ),
    "P605": (
        "A name that stands for nothing here",
        "Name a source, factor, group, trait, question, item or choice that exists.",
    ),
    "P606": (
        "A value that does not fit",
        "Give shares to values that the trait has, and an answer to everybody.",
    ),
    # Sheets of older versions
    "P701": (
        "A question that means something else",
        (
            "Give it a new id, so that no old answer is read as one to it. If only words changed "
            "and every old answer still holds, record it anew, with the reason."
        ),
    ),
    "P702": (
        "A migration that does not fit",
        (
            "to names a question, or an item of a list, of the present rules; was names ones that "
            "are gone, as fingerprints.yaml records them; then, which needs unless, and also name "
            "present answers; widened names old choices of a one-of as wider."
        ),
    ),
    # A journal
    "J101": (
        "A last line that is cut off",
        "The entry was never confirmed. Write it again; the line is kept aside.",
    ),
    "J102": ("A line that is no entry", "Mend or remove the line; every other one was read."),
    "J103": ("A line of another version", "Update backtriage, so that it can read the line."),
    "J104": (
        "An id that appears twice",
        "Give one of the lines another id; the first one counts.",
    ),
    "J105": (
        "An entry in the future",
        "Correct it if the clock was wrong; its day counts when it has come.",
    ),
    "J106": (
        "A correction of nothing",
        "What it corrects is gone or comes later, so it counts as an entry of its own.",
    ),
    "J107": (
        "An answer that cannot be read",
        "It counts as missing. Of a list, what can be read counts, and the rest is unsure.",
    ),
    "J108": ("A line that is too long", "An entry has 64 KiB at most; shorten its note."),
    # Cases
    "C101": ("Two cases with one id", "Rename one of the two."),
    "C102": ("A file without cases", "Give it a cases list, or remove the file."),
    "C103": ("A case that expects nothing", "State the expected result under expect."),
    "C104": ("outside without acceptable", "Name the acceptable urgencies, or drop outside."),
    "C105": ("A reference in a case", "Leave ref out: a case is not a real person."),
    "C106": ("Nothing to remove", "missing removes an answer that the other case has."),
    "C107": ("like names no case", "Correct the id of the case to start from."),
    "C108": ("A cycle of like", "One of these cases must not use like."),
    "C109": ("An unknown name", "Name a rule, advice or module of this protocol."),
    "C110": ("Not a hazard", "Write a hazard as H and two digits."),
}
"""The headline and the fix of each problem code."""
