"""What became of a batch, for other programs."""

from __future__ import annotations

from collections.abc import Mapping

from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.running import Batch
from backtriage.terms.urgency import Urgency


def _changes_of(ended: Ended) -> Mapping[str, object]:
    changes = ended.changes
    if changes is None:
        return {}
    said: dict[str, object] = {kind: changes.counts[kind] for kind in changes.kinds}
    return {"verified" if changes.is_verified else "compared": {"with": changes.file, **said}}


def summary_of(batch: Batch, ended: Ended) -> Mapping[str, object]:
    """Return what became of a batch as a JSON object."""
    tally = ended.tally
    return {
        "schema": "backtriage.batch/1",
        "protocol": batch.program.identity,
        "inputs": [each.name for each in batch.inputs],
        "rows": tally.rows,
        "urgencies": {u.id: tally.urgencies[u] for u in sorted(Urgency, reverse=True)},
        "statuses": dict(sorted(tally.statuses.items())),
        "rejected": sum(tally.rejects.values()),
        "rejected_by_code": dict(sorted(tally.rejects.items())),
        "rejected_emergencies": tally.rejected_emergencies,
        "rules": dict(tally.rules.most_common()),
        **_changes_of(ended),
        "seconds": round(ended.seconds, 3),
        "rows_per_second": round(tally.rows / max(ended.seconds, 1e-9)),
    }
