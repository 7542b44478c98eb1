"""Batches: reading tables of sheets and folders, and writing results and rejects."""
