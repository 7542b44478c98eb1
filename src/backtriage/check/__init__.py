from backtriage.check.check import CHECKS, check, checked_protocol

__all__ = ["CHECKS", "check", "checked_protocol"]
