"""Floor 4: program + answers -> assessment. Pure, and the only place that decides."""
