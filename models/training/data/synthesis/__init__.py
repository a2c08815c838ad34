"""Sounds that no recording holds: drums from equations, sampled drums made new, synthesisers."""
