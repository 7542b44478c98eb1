"""What a slip of the pen makes of a protocol: the same with one thing changed, over and over."""
