"""Drawing: a scene and a size give lines. Pure, so that a test can look at any screen."""
