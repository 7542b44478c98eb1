"""Whole batches of rows in columns: the only place that needs pyarrow, so it is imported late."""
