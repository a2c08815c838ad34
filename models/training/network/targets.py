"""Labels -> what the network is asked for, frame by frame, for a batch of crops at once."""
import torch

from training.features import FPS
from training.pieces import ACTIVATIONS, FINE_OF, GROUP_OF, PIECES, VELOCITIES

HIT_WIDTH = 1.5         # frames from the peak of a triangle to zero
BEAT_WIDTH = 3.0
MASKED_REACH = 3        # frames on either side of an inaudible hit that count less
MASKED_WEIGHT = 0.3     # a masked hit can only be guessed from the pattern, as listeners and annotators do
BEATS = [ACTIVATIONS.index("beat"), ACTIVATIONS.index("downbeat")]

_FINE_COLUMN = torch.tensor([ACTIVATIONS.index(FINE_OF[p]) for p in PIECES])
# Pieces outside the groups mark their fine column twice, which changes nothing.
_GROUP_COLUMN = torch.tensor([ACTIVATIONS.index(GROUP_OF.get(p, FINE_OF[p])) for p in PIECES])
_VELOCITY_COLUMN = torch.tensor([VELOCITIES.index(FINE_OF[p]) for p in PIECES])


def _triangles(y, crop, at, column, width):
    """Raise y (crops, frames, outputs) to triangles of half-width `width` frames around the fractional frames `at`."""
    reach = int(-(-width // 1))
    n = torch.floor(at).long()[:, None] + torch.arange(1 - reach, reach + 1, device=y.device)
    height = (1 - (at[:, None] - n).abs() / width).clamp(min=0)
    height = torch.where((n >= 0) & (n < y.shape[1]), height, 0.0)
    place = (crop[:, None] * y.shape[1] + n.clamp(0, y.shape[1] - 1)) * y.shape[2] + column[:, None]
    y.view(-1).scatter_reduce_(0, place.flatten(), height.flatten().to(y.dtype), "amax")


def _around(at, reach, frames):
    """-> frames (hits, 2 reach + 1) about each hit, and which of them lie in the crop."""
    n = torch.round(at).long()[:, None] + torch.arange(-reach, reach + 1, device=at.device)
    return n.clamp(0, frames - 1), (n >= 0) & (n < frames)


def build(events, crop, beats, beat_crop, counted, frames):
    """Targets of crops of `frames` frames.

    events: rows (frame in the crop, index into PIECES, velocity, audible), each in crop `crop`; beats: rows (frame,
    number in the bar) in `beat_crop`; counted (crops,) bool. Tensors of one device.
    -> y (crops, frames, ACTIVATIONS) 0..1, weight of the same shape, velocity (crops, frames, VELOCITIES), mask likewise.
    """
    device, crops = events.device, len(counted)
    y = torch.zeros(crops, frames, len(ACTIVATIONS), device=device)
    weight = torch.ones_like(y)
    velocity = torch.zeros(crops, frames, len(VELOCITIES), device=device)
    mask = torch.zeros_like(velocity)
    at, piece, level, heard = events[:, 0], events[:, 1].long(), events[:, 2], events[:, 3] > 0.5
    columns = [c.to(device)[piece] for c in (_FINE_COLUMN, _GROUP_COLUMN)]
    n, inside = _around(at, MASKED_REACH, frames)
    hidden = inside & ~heard[:, None]
    for column in columns:
        c, k, o = (t.expand_as(n)[hidden] for t in (crop[:, None], n, column[:, None]))
        weight[c, k, o] = MASKED_WEIGHT
        _triangles(y, crop[heard], at[heard], column[heard], HIT_WIDTH)
    weight[y > 0] = 1
    for column in columns:
        _triangles(y, crop[~heard], at[~heard], column[~heard], HIT_WIDTH)
    n, inside = _around(at, 1, frames)
    inside = inside & heard[:, None]
    c, k, o, v = (t.expand_as(n)[inside] for t in
                  (crop[:, None], n, _VELOCITY_COLUMN.to(device)[piece][:, None], level[:, None]))
    velocity[c, k, o], mask[c, k, o] = v, 1.0
    weight[:, :, BEATS] *= counted[:, None, None].to(weight.dtype)
    if len(beats):
        down = beats[:, 1] == 1
        output = lambda which, of: torch.full((len(of),), BEATS[which], device=device)
        _triangles(y, beat_crop, beats[:, 0], output(0, beats), BEAT_WIDTH)
        _triangles(y, beat_crop[down], beats[down, 0], output(1, beats[down]), BEAT_WIDTH)
    return y, weight, velocity, mask
