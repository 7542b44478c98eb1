"""Many sheets at once: rows in, results and rejects out."""
