"""Back-pain triage from a declarative rules folder.

     rules text --from_text--> Protocol --check--> Problems
                                  |
                            from_protocol
                                  v
                               Program -------+
                                  |           |
      person <-faces-> interview (fold)     cases
                                  |
     sheet --admit--> Answers --assess--> Assessment --render--> text, card, JSON
                                              +----- urgency ----> exit code

Data goes down the page once. Everything inside is a pure function of its arguments except
`shell` and `cli`. The names below are the public ones; each is imported when it is asked for,
so that a scripted run pays only for what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment, Status
    from backtriage.library import Interview, assess
    from backtriage.protocol.protocol import Protocol
    from backtriage.shell.cache import load_protocol
    from backtriage.terms.problem import Problem, Unsound
    from backtriage.terms.urgency import Urgency

__version__ = "0.1.0"

__all__ = [
    "Assessment",
    "Interview",
    "Problem",
    "Protocol",
    "Status",
    "Unsound",
    "Urgency",
    "__version__",
    "assess",
    "load_protocol",
]

_HOMES = {
    "Assessment": "backtriage.decide.assessment",
    "Status": "backtriage.decide.assessment",
    "assess": "backtriage.library",
    "Interview": "backtriage.library",
    "Protocol": "backtriage.protocol.protocol",
    "load_protocol": "backtriage.shell.cache",
    "Problem": "backtriage.terms.problem",
    "Unsound": "backtriage.terms.problem",
    "Urgency": "backtriage.terms.urgency",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'backtriage' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
