"""The catalogue of problems: what each code means and how it is mended.

A code never changes its meaning. Messages say the particular; this says the general.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CATALOGUE: Final[Mapping[str, tuple[str, str]]] = {
    # The text of a rules file, or of a YAML sheet
    "P101": ("Not YAML", "Look at the marked place: often a missing space, colon or quote."),
    "P102": (
        "A YAML feature that is not allowed",
        (
            "Write every value out as plain text: no anchors, aliases, tags, merge keys, "
            "directives or second documents."
        ),
    ),
    "P103": ("Nested too deep", "Nothing in a protocol or a sheet is more than 50 levels deep."),
    "P104": (
        "Brackets or braces in rules",
        "Write one entry per line. An empty list is written as the word none.",
    ),
    "P105": ("A key that is not a word", "A key is plain text before a colon."),
    "P106": ("Something stands twice", "Keep one of the two."),
    "P107": ("The wrong shape", "Write a text, a list or keys with values, as the message says."),
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
        "No answer for when it is not asked",
        "A one-of or number question with ask_when says under if_skipped how it reads then.",
    ),
    "P115": ("A module without a last verdict", "Let its last verdict say when: always."),
    "P120": ("No head", "A rules folder has a protocol.yaml with a protocol entry."),
    "P121": ("A file without sections", "Give the file its sections, such as questions or rules."),
    "P122": ("Files and their list differ", "List every file of the folder under files, once."),
    # Conditions and names
    "P201": ("A condition that cannot be read", "Mend it where the caret stands."),
    "P202": ("and mixed with or", "Put brackets around what belongs together."),
    "P203": ("A condition that can never vary", "Remove it, or ask what was meant."),
    "P204": ("A guard that looks ahead", "Let a guard read only questions that come earlier."),
    "P205": ("An unknown name", "Correct the spelling, or define the question, fact or score."),
    "P206": (
        "A word that may not be an id",
        "Use lower-case letters, digits and _, and no word with a meaning of its own.",
    ),
    "P207": ("An id that is defined twice", "Rename one of the two."),
    "P208": ("A reference to nothing", "Define what is named, or name what is defined."),
    "P209": ("Something that nothing uses", "Use it or remove it: nobody would ever see it."),
    # Kinds
    "P301": ("The wrong question for a kind", "Ask a list with includes, a choice with is, ..."),
    "P302": ("A choice that does not exist", "Use one of the choices that the message lists."),
    "P303": ("A number out of place", "Stay within the question's range and steps."),
    "P304": ("A wrong or missing unit", "Write the unit that the question declares."),
    # Order
    "P401": ("A fact that rests on itself", "Break the circle."),
    "P402": (
        "A guard that rests on a later question",
        "Move one of the two, or change the guard.",
    ),
    # What the safety promises lean on
    "P501": ("An urgency that is not described once", "Describe each of the five urgencies once."),
    "P502": (
        "The rule for everybody",
        "Exactly one rule says when: always, and it is self_care. Nothing else says always.",
    ),
    "P503": (
        "What a rule gives for not sure",
        (
            "It is never above the rule, never nothing from soon upward, and laxer than one step "
            "down only with a waiver that gives the reason."
        ),
    ),
    "P504": ("Which answers are worse", "Say it for every question under risk, or say why not."),
    "P505": ("A placeholder without words", "Give it words in every country, default first."),
    "P506": (
        "A sentence that is missing, or must not be said",
        (
            "Rules name evidence and, from same_day upward, when to come back. No sentence says "
            "what no questionnaire can know."
        ),
    ),
    # Answers
    "A101": ("A question that does not exist", "Correct the key; rules template lists them all."),
    "A102": ("An answer of the wrong kind", "Write what the message says this question takes."),
    "A103": ("A number out of range", "Stay within the range and steps, in the question's unit."),
    "A104": ("A choice that does not exist", "Use one of the ids that the message lists."),
    "A105": ("Not sure where it is not allowed", "This question needs a definite answer."),
    "A106": ("An item that stands twice", "Say it once."),
    "A107": ("A reference that is too long", "ref is a text of at most 100 characters."),
    "A108": ("A key that stands twice", "Keep one of the two; none of them was read."),
    "A109": ("Not one object", "A sheet is one object of question ids and answers."),
    "A110": ("Not JSON", "Look at the marked place: often a missing comma or quote."),
    "A111": ("Too large", "A sheet holds one person's answers, 1 MiB at most."),
    "A112": ("Nested too deep", "A sheet is flat: ids and answers."),
    "A113": ("Not UTF-8", "Save the file as UTF-8 text."),
    "A114": ("An empty file", "A sheet without answers is {}."),
    "A115": ("Nothing to answer", "The interview is finished; look back to change an answer."),
    # Cases
    "C101": ("Two cases of one id", "Rename one of the two."),
    "C102": ("A file without cases", "Give it a cases list, or remove the file."),
    "C103": ("A case that expects nothing", "Say under expect what must come out."),
    "C104": ("outside without acceptable", "Name the acceptable urgencies, or drop outside."),
    "C105": ("A reference in a case", "Leave ref out: a case stands for nobody."),
    "C106": ("Nothing to take away", "missing removes an answer that the case before has."),
    "C107": ("like names no case", "Correct the id of the case to start from."),
    "C108": ("like runs in a circle", "Let one of these cases stand by itself."),
    "C109": ("An unknown name", "Name a rule, advice or module of this protocol."),
    "C110": ("Not a hazard", "Write a hazard as H and two digits."),
}
"""Every problem code with its headline and its cure."""
