"""`backtriage rules ...`: one file a verb. For those who write and review a protocol."""

from backtriage.cli.rules.app import rules_app

__all__ = ["rules_app"]
