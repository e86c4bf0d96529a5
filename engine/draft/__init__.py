"""An export nobody described yet: which column is what, guessed with reasons, and a process drafted from it."""
