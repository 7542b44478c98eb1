"""Back pain triage from a folder of declarative rules.

     rules text --parse_protocol--> Protocol --check--> Problems
                                       |
                                 build_program
                                       v
                                    Program -----+-------------+
                                       |         |             |
      person <--prompts--> interview (fold)   prove, compare,  cases,
                                       |      counterfactual   mutation
                                       v
     sheet --validate--> Answers --assess--> Assessment --render--> text, Markdown, JSON
                                                 +------ urgency --> exit code

Everything is a pure function of its arguments, except in `shell` and `cli`. The names below are
the public interface. Each is imported on first use, so a script loads only what it needs.
"""

from importlib import import_module

TYPE_CHECKING = False
"""True to type checkers. The module `typing` takes longer to import than the rest of this file,
and until `__main__` runs, Ctrl-C is a traceback."""

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment, Status
    from backtriage.library import Interview, assess
    from backtriage.protocol.protocol import Protocol
    from backtriage.shell.cache import load_protocol
    from backtriage.terms.problem import Problem, Unsound
    from backtriage.terms.urgency import Urgency
    from backtriage.terms.version import __version__

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

_MODULES = {
    "Assessment": "backtriage.decide.assessment",
    "Status": "backtriage.decide.assessment",
    "assess": "backtriage.library",
    "Interview": "backtriage.library",
    "Protocol": "backtriage.protocol.protocol",
    "load_protocol": "backtriage.shell.cache",
    "Problem": "backtriage.terms.problem",
    "Unsound": "backtriage.terms.problem",
    "Urgency": "backtriage.terms.urgency",
    "__version__": "backtriage.terms.version",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module 'backtriage' has no attribute '{name}'")
    return getattr(import_module(_MODULES[name]), name)
