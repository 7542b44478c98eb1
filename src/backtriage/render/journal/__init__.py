"""A journal for people: as bars on a terminal, as a picture, and as a page to hand over."""
