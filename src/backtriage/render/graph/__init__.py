"""A protocol as a picture: questions in order, what opens them, and the rules that read them."""
