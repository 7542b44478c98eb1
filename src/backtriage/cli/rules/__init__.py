"""`backtriage rules ...`, for those who write and review a protocol: one module per command."""

from backtriage.cli.rules.app import rules_app

__all__ = ["rules_app"]
