"""Drum parts: played, invented, altered, and laid on a clock."""
