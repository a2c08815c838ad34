"""Where beats lie in seconds: the common clock of drums, backing and labels in one clip."""
import numpy as np


class Timeline:
    """Beat b (an integer counted from the first downbeat) lies at `times[b - first]` seconds."""

    def __init__(self, times, first=0, per_bar=4):
        self.times, self.first, self.per_bar = np.asarray(times, float), first, per_bar

    @property
    def beat_seconds(self):
        """The median length of a beat."""
        return float(np.median(np.diff(self.times)))

    def seconds(self, beats):
        """Beat positions (any real numbers) -> seconds, straight between beats and beyond the ends."""
        at = np.asarray(beats, float) - self.first
        k = np.clip(np.floor(at).astype(int), 0, len(self.times) - 2)
        return self.times[k] + (at - k) * (self.times[k + 1] - self.times[k])

    def beats(self, seconds):
        """-> [(time, number in the bar from 1)] within 0..`seconds`."""
        return [(t, (self.first + i) % self.per_bar + 1) for i, t in enumerate(self.times) if 0 <= t < seconds]


def steady(rng, bpm, per_bar, seconds):
    """A clip's own clock: a random start in the bar (or just before a downbeat) and, at times, a drifting tempo."""
    beat = 60 / bpm
    start = rng.uniform(0, per_bar) if rng.random() < 0.7 else -rng.uniform(0, .5)   # beat position at time 0
    first = int(np.floor(start)) - 1
    n = int(seconds / beat * 1.3) + 2 * per_bar + 4
    lengths = np.full(n, beat)
    if rng.random() < 0.4:                                       # people rush and drag
        walk = np.cumsum(rng.normal(0, 1, n)) * rng.uniform(.001, .006)
        lengths = lengths * np.exp(np.clip(walk - walk[0] + rng.uniform(-.002, .002) * np.arange(n), -.12, .12))
    times = np.r_[0, np.cumsum(lengths)]
    return Timeline(times - np.interp(start, first + np.arange(n + 1), times), first, per_bar)
