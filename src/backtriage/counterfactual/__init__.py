"""What would have to be different for another urgency: the smallest change, and that it is."""
