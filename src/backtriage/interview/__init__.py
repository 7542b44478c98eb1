"""Floor 5: the interview as a pure fold over answers. No screen, no keyboard."""
