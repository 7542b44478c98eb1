"""`backtriage rules graph`: a protocol as a picture."""

from backtriage.cli.rules.graph.command import graph

__all__ = ["graph"]
