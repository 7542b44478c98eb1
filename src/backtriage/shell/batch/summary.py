"""What became of a batch, for other programs."""

from __future__ import annotations

from collections.abc import Mapping

from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.running import Batch
from backtriage.terms.urgency import Urgency


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
        "seconds": round(ended.seconds, 3),
        "rows_per_second": round(tally.rows / max(ended.seconds, 1e-9)),
    }
