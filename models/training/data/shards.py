"""What clips and bands look like on disk: features of drums alone in shards, bands apart, to be mixed while training.

A shard of drum clips, NAME.npz, holds clips of one length:

    x            (clips, frames, BANDS) uint8: features in steps of STEP
    events       rows (seconds, index into PIECES, velocity 0..1, 1), clip after clip; `counts` of them by clip
    own          (events, LOOKS, BANDS) uint8: features of each hit alone
    beats        rows (seconds, number in the bar from 1), clip after clip; `beat_counts` of them by clip
    counted      (clips,) whether the beats are known
    band         (clips,) id of the band that plays along, -1 for none
    place        (clips, 2) frame of the band at which the clip begins, and how fast it is played
    source       (clips,) index into SOURCES
    sure         (clips, frames, ACTIVATIONS) uint8, of recordings only: where the labels are to be trusted

A file of bands, NAME.npz:

    x            (frames, BANDS) uint8, band after band; `lengths` of them by band
    ids          (bands,) unlike those of all other files
    source       (bands,) index into SOURCES

and what is needed to play drums to them beside it, NAME.json: by band {"id", "beats": seconds, "per_bar", "hits":
[(seconds, piece, velocity)]}; `beats` is empty where they are not known, "first" is the number of the first beat.
"""
import json
import os
from dataclasses import dataclass, field

import numpy as np

STEP = 1 / 80           # a quarter of a decibel
# Where a clip's drums, or a band, come from: what an ablation leaves out.
SOURCES = ["rendered", "synthesised", "morphed", "songs", "real", "replayed", "modules", "recorded", "electronic"]


def pack(features):
    """Features -> uint8."""
    return np.clip(np.round(np.asarray(features, np.float32) / STEP), 0, 255).astype(np.uint8)


@dataclass
class DrumClip:
    """One clip as a shard holds it; features as float32, `sure` None where everything is."""
    x: np.ndarray
    events: list
    own: np.ndarray
    beats: list | None
    source: str
    band: int = -1
    place: tuple = (0.0, 1.0)
    sure: np.ndarray | None = None


def write_clips(path, clips):
    """[DrumClip] of one length -> `path` (.npz); it appears whole or not at all."""
    join = lambda rows, width: np.array([r for rs in rows for r in rs], np.float32).reshape(-1, width)
    arrays = {
        "x": np.stack([pack(c.x) for c in clips]),
        "events": join([c.events for c in clips], 4), "counts": np.array([len(c.events) for c in clips], np.int32),
        "own": np.concatenate([pack(c.own) for c in clips if len(c.events)] or [np.zeros((0, 2, clips[0].x.shape[1]), np.uint8)]),
        "beats": join([c.beats or [] for c in clips], 2),
        "beat_counts": np.array([len(c.beats or []) for c in clips], np.int32),
        "counted": np.array([c.beats is not None for c in clips]),
        "band": np.array([c.band for c in clips], np.int32), "place": np.array([c.place for c in clips], np.float32),
        "source": np.array([SOURCES.index(c.source) for c in clips], np.uint8),
    }
    if clips[0].sure is not None:
        arrays["sure"] = np.stack([c.sure for c in clips]).astype(np.uint8)
    _write(path, arrays)


@dataclass
class Band:
    """A backing: features of music without drums, and what is known of its time. `hits`: its own drum part."""
    id: int
    x: np.ndarray
    source: str
    beats: list = field(default_factory=list)
    per_bar: int = 4
    first: int = 0
    hits: list = field(default_factory=list)


def write_bands(path, bands):
    """[Band] -> `path` (.npz) and the notes beside it."""
    notes = [{"id": b.id, "seconds": round(len(b.x) / 100, 2), "source": b.source, "per_bar": b.per_bar, "first": b.first,
              "beats": [round(float(t), 4) for t in b.beats],
              "hits": [(round(float(t), 4), p, round(float(v), 3)) for t, p, v in b.hits]} for b in bands]
    path.with_suffix(".json").write_text(json.dumps(notes))
    _write(path, {"x": np.concatenate([pack(b.x) if b.x.dtype != np.uint8 else b.x for b in bands]),
                  "lengths": np.array([len(b.x) for b in bands], np.int32), "ids": np.array([b.id for b in bands], np.int32),
                  "source": np.array([SOURCES.index(b.source) for b in bands], np.uint8)})


def _write(path, arrays):
    part = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    np.savez(part, **arrays)
    os.replace(part, path)


def rise(x, seconds, looks):
    """What hits add by themselves, seen in the drums (frames, BANDS) of linear magnitudes: (hits, LOOKS, BANDS).

    For drums whose hits are not at hand one by one: the power after the onset less that before it.
    """
    at = np.round(np.asarray(seconds) * 100).astype(int)[:, None]
    inside = lambda n: np.clip(n, 0, len(x) - 1)
    before = x[inside(at - 3)] ** 2
    return np.sqrt(np.clip(x[inside(at + np.array(looks))] ** 2 - before, 0, None))
