"""`backtriage rules diff`: whom a new version of a protocol treats differently."""

from backtriage.cli.rules.diff.command import diff

__all__ = ["diff"]
