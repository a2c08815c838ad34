"""Drum sounds: kits, hits played with them, effects."""
