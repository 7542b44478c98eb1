"""The full-screen interview: the same fold as plain mode, drawn. Only `app` knows a terminal."""
