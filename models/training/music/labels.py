"""From note-ons to labels: each hit is moved to the rise of its own sound, and checked for being audible at all."""
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from training.music import solo
from training.pieces import CYMBALS

RATE = solo.RATE
SAME = .020             # seconds within which two labels of one piece are one
SAME_CYMBAL = .070
QUIET_DB = 40           # below the loud hits of its piece a hit is left unlabelled


@dataclass
class Label:
    """A hit: frame of its rise, piece, velocity 0..1, whether it is sure, `off`: frames between label and measured rise."""
    frame: int
    piece: str
    velocity: float
    sure: bool
    off: int
    instrument: int
    note: int
    peak: float


def label(strikes, solos, piece_of):
    """Strikes of drums -> [Label] in order of time. solos[instrument] is its sound alone, stereo.

    The shift from note-on to rise is the median of all clear hits of the same instrument and note, so one hit that starts
    in another's tail does not move. The velocity is the hit's first peak over the 90th percentile of its piece's.
    """
    measured = defaultdict(list)
    for s in strikes:
        if s.frame < len(solos[s.instrument]):
            measured[s.instrument, s.note].append((s, *solo.rise(solos[s.instrument], s.frame)))
    labels = []
    for (instrument, note), its in measured.items():
        shifts = [at - s.frame for s, at, _, rise in its if rise >= solo.RISE_DB]
        if not shifts:
            shifts = [0]
        shift = int(np.median(shifts))
        for s, at, peak, rise in its:
            # Where the sound rises late or early by more than 3 ms, something else is heard there.
            sure = rise >= solo.RISE_DB and abs(at - s.frame - shift) <= .003 * RATE
            labels.append(Label(s.frame + shift, piece_of(s), 0, sure, at - s.frame - shift, instrument, note, peak))
    return merged(with_velocities(sorted(labels, key=lambda h: h.frame)))


def with_velocities(labels):
    """The same labels with velocities; those too quiet for their piece are no longer sure."""
    for piece in {h.piece for h in labels}:
        its = [h for h in labels if h.piece == piece]
        loud = np.percentile([h.peak for h in its if h.sure] or [1], 90)
        for h in its:
            h.velocity = float(min(1, h.peak / max(loud, 1e-6)))
            h.sure = h.sure and h.peak > loud * 10 ** (-QUIET_DB / 20)
    return labels


def merged(labels):
    """Labels of one piece that are closer than the ear parts them become the first of them, as loud as the loudest."""
    kept, last = [], {}
    for h in labels:
        before = last.get(h.piece)
        if before and h.frame - before.frame < (SAME_CYMBAL if h.piece in CYMBALS else SAME) * RATE:
            before.velocity, before.sure = max(before.velocity, h.velocity), before.sure or h.sure
        else:
            kept.append(h)
            last[h.piece] = h
    return kept


def window(frames, length, wanted):
    """-> (start, stop) of the stretch of at most `wanted` frames out of `length` with most hits."""
    if length <= wanted:
        return 0, length
    starts = range(0, length - wanted + 1, RATE)
    frames = np.asarray(frames)
    best = max(starts, key=lambda a: ((frames >= a) & (frames < a + wanted)).sum())
    return best, best + wanted
