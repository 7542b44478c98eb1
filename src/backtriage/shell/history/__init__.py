"""Rules as git keeps them: the only place that runs git."""
