"""Floor 2: what a rules folder says.

Text becomes a `Protocol` in `from_text`, and a `Protocol` becomes text again in `to_text`.
"""
