"""Shards of render.py -> random crops, and augmentation of features. New shards are picked up as they appear."""
import numpy as np
import torch

import targets
from features import FILTERBANK, RATE, WINDOW

# Octaves of every band above 1 kHz.
TREBLE = np.maximum(0, np.log2(FILTERBANK.T @ np.fft.rfftfreq(WINDOW, 1 / RATE) / 1000))


class Shards:
    """All finished shards of a folder. Features stay on disk (memory maps); labels are kept by clip."""

    def __init__(self, folder, limit=None):
        self.folder, self.limit, self.known, self.clips = folder, limit, set(), []
        self.refresh()

    def refresh(self):
        """Add shards that have been finished since; -> number of clips."""
        for path in sorted(self.folder.glob("*-*.npz")):
            if path in self.known or ".tmp" in path.name or (self.limit and len(self.clips) >= self.limit):
                continue
            self.known.add(path)
            x = np.load(path.with_suffix(".npy"), mmap_mode="r")
            d = np.load(path)
            for i in range(len(x)):
                self.clips.append((x[i], d["events"][d["events"][:, 0] == i, 1:],
                                   d["beats"][d["beats"][:, 0] == i, 1:], bool(d["counted"][i])))
        return len(self.clips)

    def crop(self, clip, start, frames):
        """-> features (frames, bands) float32 and targets.build's four arrays."""
        x, events, beats, counted = self.clips[clip]
        return x[start:start + frames].astype(np.float32), *targets.build(events, beats, counted, start, frames)

    def batch(self, rng, order, size, frames):
        """Random crops of the clips in `order` (a list that is consumed and refilled) -> five tensors."""
        while len(order) < size:
            self.refresh()
            order.extend(rng.permutation(len(self.clips)))
        crops = []
        for clip in [order.pop() for _ in range(size)]:
            longest = len(self.clips[clip][0]) - frames
            crops.append(self.crop(clip, int(rng.integers(0, longest + 1)), frames))
        return [torch.from_numpy(np.stack(a)) for a in zip(*crops)]


def augment(x, rng):
    """Features (batch, frames, bands) as they would be of another recording, exact in the linear domain.

    A random level, a smooth equaliser, a slope of the treble (old and home recordings are dark), and now and then a
    low-pass and a hidden run of bands.
    """
    batch, _, bands = x.shape
    points = torch.from_numpy(rng.normal(0, 3, (batch, 1, 7)).astype(np.float32))
    curve = torch.nn.functional.interpolate(points, bands, mode="linear", align_corners=True)
    level = rng.normal(0, 3, (batch, 1, 1))
    slope = np.where(rng.random((batch, 1, 1)) < .5, rng.uniform(-4, 1, (batch, 1, 1)), 0)       # dB an octave
    gain = curve + torch.from_numpy((level + slope * TREBLE).astype(np.float32))
    x = torch.log10(1 + (torch.pow(10.0, x) - 1) * 10 ** (gain / 20))
    for i in range(batch):
        if rng.random() < .1:
            x[i, :, int(rng.integers(bands - 20, bands)):] = 0
        if rng.random() < .3:
            width = int(rng.integers(2, 9))
            first = int(rng.integers(0, bands - width))
            x[i, :, first:first + width] = 0
    return x
