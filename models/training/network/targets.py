"""Labels -> what the network is asked for, frame by frame."""
import numpy as np

from training.features import FPS
from training.pieces import ACTIVATIONS, FINE_OF, GROUP_OF, PIECES, VELOCITIES

HIT_WIDTH = 1.5         # frames from the peak of a triangle to zero
BEAT_WIDTH = 3.0
MASKED_REACH = 3        # frames on either side of an inaudible hit that count less
MASKED_WEIGHT = 0.3     # a masked hit can only be guessed from the pattern, as listeners and annotators do
BEATS = [ACTIVATIONS.index("beat"), ACTIVATIONS.index("downbeat")]

_FINE_COLUMN = np.array([ACTIVATIONS.index(FINE_OF[p]) for p in PIECES])
# Pieces outside the groups mark their fine column twice, which changes nothing.
_GROUP_COLUMN = np.array([ACTIVATIONS.index(GROUP_OF.get(p, FINE_OF[p])) for p in PIECES])
_VELOCITY_COLUMN = np.array([VELOCITIES.index(FINE_OF[p]) for p in PIECES])


def _triangles(y, at, columns, width):
    """Raise y[:, columns[i]] to a triangle of half-width `width` frames around the fractional frame at[i]."""
    reach = int(np.ceil(width))
    n = np.floor(at).astype(int)[:, None] + np.arange(-reach + 1, reach + 1)
    height = 1 - np.abs(at[:, None] - n) / width
    ok = (n >= 0) & (n < len(y)) & (height > 0)
    c = np.broadcast_to(columns[:, None], n.shape)
    np.maximum.at(y, (n[ok], c[ok]), height[ok])


def build(events, beats, counted, start, frames):
    """Targets of the crop of `frames` frames from frame `start` of a clip.

    events: rows (seconds, index into PIECES, velocity, audible); beats: rows (seconds, number in the bar).
    -> y (frames, ACTIVATIONS) 0..1, weight of the same shape, velocity (frames, VELOCITIES), mask of that shape.
    """
    y = np.zeros((frames, len(ACTIVATIONS)), np.float32)
    weight = np.ones_like(y)
    velocity = np.zeros((frames, len(VELOCITIES)), np.float32)
    mask = np.zeros_like(velocity)
    at, piece = events[:, 0] * FPS - start, events[:, 1].astype(int)
    near = (at > -MASKED_REACH - 1) & (at < frames + MASKED_REACH + 1)
    at, piece, level, heard = at[near], piece[near], events[near, 2], events[near, 3] > 0.5
    for columns in (_FINE_COLUMN, _GROUP_COLUMN):
        for a, p in zip(at[~heard], piece[~heard]):
            n = int(round(a))
            weight[max(0, n - MASKED_REACH):max(0, n + MASKED_REACH + 1), columns[p]] = MASKED_WEIGHT
        _triangles(y, at[heard], columns[piece[heard]], HIT_WIDTH)
    weight[y > 0] = 1
    for columns in (_FINE_COLUMN, _GROUP_COLUMN):
        _triangles(y, at[~heard], columns[piece[~heard]], HIT_WIDTH)
    for a, p, v in zip(at[heard], _VELOCITY_COLUMN[piece[heard]], level[heard]):
        n = int(round(a))
        inside = slice(max(0, n - 1), max(0, min(frames, n + 2)))
        velocity[inside, p], mask[inside, p] = v, 1
    if not counted:
        weight[:, BEATS] = 0
    elif len(beats):
        t, number = beats[:, 0] * FPS - start, beats[:, 1]
        _triangles(y, t, np.full(len(t), BEATS[0]), BEAT_WIDTH)
        down = number == 1
        _triangles(y, t[down], np.full(int(down.sum()), BEATS[1]), BEAT_WIDTH)
    return y, weight, velocity, mask
