"""Mixed clips of `render`, to calibrate and measure by."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Clip:
    """x: features on disk, (frames, bands); events: rows (seconds, index into PIECES, velocity, audible)."""
    x: np.ndarray
    events: np.ndarray

    @property
    def frames(self):
        return len(self.x)


def rendered(folder, limit=None):
    """-> [Clip] of all finished shards of a folder, `limit` of them at most. Features stay on disk (memory maps)."""
    clips = []
    for path in sorted(folder.glob("*-*.npz")):
        if ".tmp" in path.name or (limit and len(clips) >= limit):
            continue
        x, events = np.load(path.with_suffix(".npy"), mmap_mode="r"), np.load(path)["events"]
        clips += [Clip(x[i], events[events[:, 0] == i, 1:]) for i in range(len(x))]
    return clips[:limit]
