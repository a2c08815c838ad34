"""Drums and the rest of real recordings, by HTDemucs."""
