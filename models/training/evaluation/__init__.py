"""Scores, thresholds and held-out performances."""
