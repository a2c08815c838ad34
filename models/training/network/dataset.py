"""Shards of `render` -> random crops with their targets. New shards are picked up as they appear."""
from dataclasses import dataclass

import numpy as np
import torch

from training.audibility import LOOKS, audible
from training.features import FPS
from training.network import remix, targets


@dataclass
class Clip:
    """x: features on disk, (frames, bands) of a mix or (2, frames, bands) of stems; events, beats as targets.build's.

    own (events, LOOKS, bands): features of each hit alone, of stems only.
    """
    x: np.ndarray
    events: np.ndarray
    beats: np.ndarray
    counted: bool
    own: np.ndarray | None

    @property
    def frames(self):
        return self.x.shape[-2]


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
            events, beats, own = d["events"], d["beats"], d["own"] if "own" in d else None
            for i in range(len(x)):
                mine = events[:, 0] == i
                self.clips.append(Clip(x[i], events[mine, 1:], beats[beats[:, 0] == i, 1:], bool(d["counted"][i]),
                                       None if own is None else own[mine]))
        return len(self.clips)

    def crop(self, clip, start, frames):
        """A mixed clip as it is -> features (frames, bands) float32 and targets.build's four arrays."""
        c = self.clips[clip]
        return c.x[start:start + frames].astype(np.float32), *targets.build(c.events, c.beats, c.counted, start, frames)

    def batch(self, rng, order, size, frames):
        """Random crops of the clips in `order` (a list that is consumed and refilled), augmented -> five tensors."""
        while len(order) < size:
            self.refresh()
            order.extend(rng.permutation(len(self.clips)))
        chosen = [order.pop() for _ in range(size)]
        starts = {i: int(rng.integers(0, self.clips[i].frames - frames + 1)) for i in chosen}
        mixed = [self.crop(i, starts[i], frames) for i in chosen if self.clips[i].own is None]
        stems = [i for i in chosen if self.clips[i].own is not None]
        parts = []
        if mixed:
            x, *labels = (torch.from_numpy(np.stack(a)) for a in zip(*mixed))
            parts.append([remix.features_of(remix.linear(x) * remix.equaliser(rng, len(x))), *labels])
        if stems:
            parts.append(self.remixed(rng, stems, [starts[i] for i in stems], frames))
        x, *labels = (torch.cat(a) for a in zip(*parts))
        return [remix.disturb(x, rng), *labels]

    def remixed(self, rng, clips, starts, frames):
        """Stems at new levels, with their own or another clip's backing -> features and targets."""
        every = [i for i in range(len(self.clips)) if self.clips[i].own is not None]
        foreign = rng.random(len(clips)) < remix.FOREIGN
        partners = [every[rng.integers(len(every))] if f else i for i, f in zip(clips, foreign)]
        places = [int(rng.integers(0, self.clips[j].frames - frames + 1)) if f else s
                  for j, f, s in zip(partners, foreign, starts)]
        part = lambda which, chosen, at: remix.linear(torch.from_numpy(np.stack(
            [self.clips[i].x[which, s:s + frames].astype(np.float32) for i, s in zip(chosen, at)])))
        gains = remix.balance(rng, len(clips))
        tuning = remix.tunings(rng, len(clips))
        drums, backing = part(0, clips, starts), part(1, partners, places)
        drums, backing = remix.retune(drums, tuning), remix.retune(backing, remix.tunings(rng, len(clips)))
        x, gain, drums, backing = remix.mix(drums, backing, gains, rng)
        labels = []
        for k, (i, start) in enumerate(zip(clips, starts)):
            c = self.clips[i]
            events = c.events if gains[k, 0] else c.events[:0]
            heard = _heard(events, c.own, tuning[k], gain[k], start, drums[k], backing[k])
            events = np.column_stack([events[:, :3], heard])
            own_clock = not foreign[k] or gains[k, 1] == 0
            labels.append(targets.build(events, c.beats, c.counted and own_clock and bool(gains[k].any()), start, frames))
        return [x, *(torch.from_numpy(np.stack(a)) for a in zip(*labels))]


def _heard(events, own, tuning, gain, start, drums, backing):
    """Whether each hit of a clip can be heard in the crop from frame `start`; those outside it count as heard.

    own as rendered, `tuning` in semitones and `gain` (1, bands) what the mix made of it.
    """
    heard = np.ones(len(events), bool)
    at = np.round(events[:, 0] * FPS).astype(int) - start
    inside = np.flatnonzero((at >= 0) & (at < len(drums) - max(LOOKS)))
    if len(inside):
        looks = torch.from_numpy(at[inside, None] + np.array(LOOKS))
        alone = remix.linear(torch.from_numpy(own[inside].astype(np.float32)))
        alone = remix.retune(alone, np.full(len(alone), tuning)) * gain
        heard[inside] = audible(alone, looks, drums, backing).numpy()
    return heard
