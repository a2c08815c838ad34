"""All that is learnt from, on the device that learns: drum clips and bands, mixed anew in every batch."""
from dataclasses import dataclass, field

import numpy as np
import torch

from training.audibility import LOOKS, audible
from training.data.shards import SOURCES, STEP
from training.features import FPS
from training.network import remix, targets
from training.pieces import PIECES

LONG = 1500             # frames that a band needs to be played to any clip
KICK, RECORDED = PIECES.index("kick"), SOURCES.index("recorded")
# How often clips of a kind are heard, and bands that are not a clip's own, whatever their number; the others share the rest.
SHARES = {"modules": .15, "recorded": .10, "synthesised": .15, "morphed": .10}
BAND_SHARES = {"real": .40, "modules": .10}


def _kinds(shares, members, source):
    """-> [(share, members of that source)], the rest of the shares for all other sources together."""
    named = [(share, members[source == SOURCES.index(name)]) for name, share in shares.items()]
    named = [(share, of) for share, of in named if len(of)]
    rest = members[~np.isin(source, [SOURCES.index(name) for name in shares])]
    kinds = named + ([(1 - sum(share for share, _ in named), rest)] if len(rest) else [])
    total = sum(share for share, _ in kinds)
    return [(share / total, of) for share, of in kinds]


def _draw(rng, kinds, size):
    """`size` members at random, by the kinds' shares."""
    which = rng.choice(len(kinds), size, p=[share for share, _ in kinds])
    return np.array([kinds[k][1][int(u * len(kinds[k][1]))] for k, u in zip(which, rng.random(size))])


class Growing:
    """Rows of one tensor on a device, to which more are appended."""

    def __init__(self, device):
        self.device, self.rows, self.used = device, None, 0

    def append(self, array):
        """array (rows, ...), numpy; -> the number of the first of them."""
        first, more = self.used, torch.from_numpy(array)
        if self.rows is None or first + len(more) > len(self.rows):
            grown = torch.empty((max(2 * first, first + len(more), 64), *more.shape[1:]), dtype=more.dtype, device=self.device)
            if self.rows is not None:
                grown[:first] = self.rows[:first]
            self.rows = grown
        self.rows[first:first + len(more)] = more.to(self.device)
        self.used += len(more)
        return first


@dataclass
class Mixing:
    """What an ablation may switch off: sources of clips and bands that are left out, and the mixing of records."""
    without: tuple = ()
    records: bool = True


@dataclass
class _Labels:
    """Of all clips, on the host: where their events and beats begin, how many there are, and what goes with them."""
    event: list = field(default_factory=list)
    events: list = field(default_factory=list)
    beat: list = field(default_factory=list)
    beats: list = field(default_factory=list)
    counted: list = field(default_factory=list)
    band: list = field(default_factory=list)
    start: list = field(default_factory=list)
    ratio: list = field(default_factory=list)
    source: list = field(default_factory=list)
    sure: list = field(default_factory=list)


class Pool:
    """Shards of data/shards.py in a folder, read as they appear; -> batches of features and targets."""

    def __init__(self, folder, device="cpu", seed=0, most=10 ** 9):
        """most: clips that are read at most."""
        self.folder, self.device, self.known, self.most = folder, torch.device(device), set(), most
        self.x, self.events, self.own, self.beats, self.sure, self.music = (Growing(self.device) for _ in range(6))
        self.labels, self.bands = _Labels(), {}                  # bands: id -> (first frame, frames, source)
        self.rng = torch.Generator(self.device).manual_seed(seed)
        self.host = np.random.default_rng(seed)
        self.frames = None

    def refresh(self, mixing=Mixing()):
        """Read what has appeared since; -> number of clips. Bands come before the clips that name them."""
        new = sorted((p for p in self.folder.glob("*.npz") if p not in self.known and p.name[0] != "."),
                     key=lambda p: (not p.with_suffix(".json").exists(), p.name))
        for path in new:
            if len(self.labels.source) >= self.most:
                break
            self.known.add(path)
            with np.load(path) as d:
                (self._add_bands if "lengths" in d else self._add_clips)(d)
        self.choose(mixing)
        return len(self.labels.source)

    def _add_bands(self, d):
        at = self.music.append(d["x"])
        for id, length, source in zip(d["ids"].tolist(), d["lengths"].tolist(), d["source"].tolist()):
            self.bands[id] = at, length, source
            at += length

    def _add_clips(self, d):
        labels = self.labels
        self.x.append(d["x"])
        self.frames = d["x"].shape[1]
        event, beat = self.events.append(d["events"]), self.beats.append(d["beats"])
        self.own.append(d["own"])
        ends = np.cumsum(d["counts"])
        labels.event += (event + ends - d["counts"]).tolist()
        labels.events += d["counts"].tolist()
        ends = np.cumsum(d["beat_counts"])
        labels.beat += (beat + ends - d["beat_counts"]).tolist()
        labels.beats += d["beat_counts"].tolist()
        labels.counted += d["counted"].tolist()
        labels.band += d["band"].tolist()
        labels.start += d["place"][:, 0].tolist()
        labels.ratio += d["place"][:, 1].tolist()
        labels.source += d["source"].tolist()
        first = self.sure.append(d["sure"]) if "sure" in d else None
        labels.sure += [-1 if first is None else first + i for i in range(len(d["counts"]))]

    def choose(self, mixing):
        """Which clips and bands take part, and how often."""
        self.mixing = mixing
        out = {SOURCES.index(s) for s in mixing.without}
        self.host_labels = {name: np.array(getattr(self.labels, name)) for name in vars(self.labels)}
        source, band = self.host_labels["source"], self.host_labels["band"]
        usable = np.array([s not in out for s in range(len(SOURCES))])
        bands = [(b, s) for b, (_, n, s) in self.bands.items() if usable[s]]
        long = [(b, s) for b, s in bands if self.bands[b][1] > LONG and s != RECORDED]
        clip_ok = usable[source] & ((band < 0) | np.isin(band, [b for b, _ in bands]))
        self.kinds = _kinds(SHARES, np.flatnonzero(clip_ok), source[clip_ok])
        self.band_kinds = _kinds(BAND_SHARES, *(np.array(a, int) for a in zip(*long))) if long else []

    def batch(self, size, frames):
        """`size` random crops -> features (size, frames, BANDS), and build's y, weight, velocity, mask."""
        host, lab, dev = self.host, self.host_labels, self.device
        clips = _draw(host, self.kinds, size)
        start = host.integers(0, self.frames - frames + 1, size)
        to = lambda a, dtype=None: torch.as_tensor(a, dtype=dtype).to(dev, non_blocking=True)
        place, begin = to(clips), to(start)
        when = begin[:, None] + torch.arange(frames, device=dev)
        drums = remix.linear(self.x.rows[place[:, None], when].float() * STEP)
        backing, foreign = self._backing(clips, start, when, frames)
        tuning = remix.tunings(self.rng, size)
        drums = drums @ remix.tuning_matrix(tuning)
        gains = remix.balance(self.rng, size)
        which, events, crop = self._rows(clips, "event", "events", self.events)
        at = (events[:, 0] * FPS) - begin[crop]
        kicks = self._kicks(events, at, crop, size, frames) if self.mixing.records else None
        x, gain, drums, backing = remix.mix(drums, backing, gains, self.rng, kicks)
        heard = self._heard(which, crop, at, tuning, gain, drums, backing, int(lab["events"][clips].max()))
        sounding = gains[crop, 0] > 0
        events = torch.stack([at, events[:, 1], events[:, 2], heard.float()], 1)[sounding]
        _, beats, beat_crop = self._rows(clips, "beat", "beats", self.beats)
        own_clock = ~foreign | (gains[:, 1] == 0)
        counted = to(lab["counted"][clips]) & own_clock & (gains > 0).any(1)
        keep = counted[beat_crop]
        beats = torch.stack([beats[:, 0] * FPS - begin[beat_crop], beats[:, 1]], 1)[keep]
        y, weight, velocity, mask = targets.build(events, crop[sounding], beats, beat_crop[keep], counted, frames)
        self._doubt(lab["sure"][clips], start, gains, weight, frames)
        return remix.disturb(x, self.rng), y, weight, velocity, mask

    def _rows(self, clips, first, count, table):
        """-> numbers of all events (or beats) of the clips, the rows themselves, and which crop each is in."""
        first, count = self.host_labels[first][clips], self.host_labels[count][clips]
        crop = np.repeat(np.arange(len(clips)), count)
        which = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[crop]
        which, crop = (torch.from_numpy(a).to(self.device, non_blocking=True) for a in (which, crop))
        return which, table.rows[which] if table.rows is not None else torch.zeros(0, 2, device=self.device), crop

    def _backing(self, clips, start, when, frames):
        """-> magnitudes (size, frames, BANDS) of each clip's own band or another, and which have another (size,)."""
        host, lab = self.host, self.host_labels
        own = lab["band"][clips]
        size = len(clips)
        foreign = (own < 0) | (host.random(size) < remix.FOREIGN)
        foreign &= lab["source"][clips] != RECORDED              # recordings keep to their own
        ids = np.where(foreign, _draw(host, self.band_kinds, size), own)
        first, length = np.array([self.bands[i][:2] if i >= 0 else (0, 1) for i in ids.tolist()]).T
        ratio = np.where(foreign, host.uniform(.85, 1.18, size), lab["ratio"][clips])
        begin = np.where(foreign, host.random(size) * np.maximum(0, length - frames * ratio - 2),
                         lab["start"][clips] + start * ratio)
        to = lambda a: torch.from_numpy(np.asarray(a)).to(self.device, non_blocking=True)
        first, length, ratio, begin, ids = (to(a) for a in (first, length, ratio.astype(np.float32), begin.astype(np.float32), ids))
        at = begin[:, None] + ratio[:, None] * torch.arange(frames, device=self.device)
        low = at.floor()
        part = (at - low)[..., None]
        inside = ((low >= 0) & (low < length[:, None] - 1) & (ids >= 0)[:, None])[..., None]
        low = first[:, None] + torch.minimum(low.long().clamp(min=0), (length - 2).clamp(min=0)[:, None])
        x = self.music.rows[low].float() * (1 - part) + self.music.rows[low + 1].float() * part
        x = remix.linear(torch.where(inside, x * STEP, 0.0))
        tape = torch.where(remix.uniform(self.rng, size) < .5, 12 * torch.log2(ratio), 0.0)
        return x @ remix.tuning_matrix(remix.tunings(self.rng, size) + tape), to(foreign)

    def _kicks(self, events, at, crop, size, frames):
        kicks = torch.zeros(size, frames, device=self.device)
        n = at.round().long()
        ok = (events[:, 1] == KICK) & (n >= 0) & (n < frames)
        kicks[crop[ok], n[ok]] = 1.0
        return kicks

    def _heard(self, which, crop, at, tuning, gain, drums, backing, most):
        """Whether each hit can be heard; those at the end of the crop and outside it count as heard.

        most: hits in the crop that has most.
        """
        n = at.round().long()
        inside = (n >= 0) & (n < drums.shape[1] - max(LOOKS))
        looks = n[:, None].clamp(0, drums.shape[1] - 1 - max(LOOKS)) + torch.tensor(LOOKS, device=self.device)
        alone = remix.linear(self.own.rows[which].float() * STEP)
        alone = _by_crop(alone, remix.tuning_matrix(tuning), crop, most)
        return audible(alone * gain[crop], crop, looks, drums, backing) | ~inside

    def _doubt(self, sure, start, gains, weight, frames):
        """Labels of recordings and modules count where they are sure, unless the drums are not there at all."""
        some = np.flatnonzero(sure >= 0)
        if not len(some):
            return
        rows = torch.from_numpy(some).to(self.device)
        at = torch.from_numpy(start[some]).to(self.device)[:, None] + torch.arange(frames, device=self.device)
        trust = self.sure.rows[torch.from_numpy(sure[some]).to(self.device)[:, None], at].to(weight.dtype)
        weight[rows] *= torch.where((gains[rows, 0] > 0)[:, None, None], trust, 1.0)


def _by_crop(x, matrices, crop, most):
    """x (hits, looks, bands) times the matrix of each hit's crop, padded to crops, which costs less memory."""
    counts = torch.zeros(len(matrices), dtype=torch.long, device=x.device).scatter_add_(0, crop, torch.ones_like(crop))
    within = torch.arange(len(crop), device=x.device) - (counts.cumsum(0) - counts)[crop]
    padded = x.new_zeros(len(matrices), most, *x.shape[1:])
    padded[crop, within] = x
    shape = padded.shape
    return (padded.flatten(1, 2) @ matrices).view(shape)[crop, within]
