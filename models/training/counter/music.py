"""Drum parts whose bars are known, in beats: played, altered, cut to other meters, invented."""
import json
from dataclasses import dataclass

import numpy as np

from training.counter.grid import CHANNEL_OF, USUAL_BPM
from training.data.parts.invent import invent_groove
from training.data.parts.vary import vary

SHORTEST = 16           # beats
FASTEST_BPM = 240
# Which beats of a bar of four make a bar of another meter.
CUTS = {3: [[0, 1, 2], [0, 1, 3], [0, 2, 3]], 5: [[0, 1, 2, 3, 3], [0, 1, 2, 3, 1], [0, 1, 2, 2, 3]],
        7: [[0, 1, 2, 3, 0, 1, 3], [0, 1, 2, 3, 0, 2, 3]]}

BARE = .4               # of textbook rock: the same bar throughout, without a crash or fill that shows where it begins
PUSHED = .12            # of textbook rock: kick and cymbal of a phrase's first beat come an eighth early
# How often the kick falls on the sixteenths of a bar of textbook rock, beside the first.
KICK = {2: .15, 3: .12, 6: .2, 7: .15, 8: .6, 9: .08, 10: .35, 11: .12, 14: .2, 15: .08}


@dataclass
class Music:
    """Strokes in order of time: `at` in beats from the first downbeat, `channel`, `velocity` 0..1.

    `sure`: people would count it at this tempo, neither half nor double.
    """
    at: np.ndarray
    channel: np.ndarray
    velocity: np.ndarray
    per_bar: int
    bpm: float
    sure: bool
    weight: float


def music(hits, per_bar, bpm, sure, weight):
    hits = sorted(h for h in hits if h[1] in CHANNEL_OF)
    at, velocity = (np.array([h[i] for h in hits], np.float64) for i in (0, 2))
    return Music(at, np.array([CHANNEL_OF[h[1]] for h in hits]), velocity, per_bar, bpm, sure, weight)


def cut(hits, beats_of_bar, unit=1.0):
    """Hits of a part in 4/4 -> hits in bars made of some of its beats (or of its eighths, `unit` 0.5, counted then)."""
    per_bar = round(4 / unit)
    units = {}
    for t, piece, velocity in hits:
        units.setdefault(int(np.floor(t / unit + .125)), []).append((t / unit, piece, velocity))
    out, last = [], max(units, default=0)
    for bar in range(last // per_bar + 1):
        for i, which in enumerate(beats_of_bar):
            source = bar * per_bar + which
            to = bar * len(beats_of_bar) + i
            out += [(t - source + to, piece, velocity) for t, piece, velocity in units.get(source, [])]
    return out


def textbook(rng, bare):
    """Hits of 32 bars of plain rock in 4/4, backbeat on two and four, as no data set of good drummers has enough of."""
    kicks = [0, *(i for i, share in KICK.items() if rng.random() < share)]
    every, phrase = int(rng.choice([1, 2, 2, 2, 4])), int(rng.choice([4, 8, 16]))
    top = str(rng.choice(["hihatClosed", "hihatClosed", "hihatOpen", "ride"]))
    pushed = not bare and rng.random() < PUSHED
    hits = []
    for bar in range(32):
        early = .5 if pushed and bar and bar % phrase == 0 else 0
        hits += [(bar * 4 + i / 4 - (early if i == 0 else 0), "kick", rng.uniform(.6, 1))
                 for i in kicks if bare or i == 0 or rng.random() > .05]
        hits += [(bar * 4 + i, "snare", rng.uniform(.7, 1)) for i in (1, 3)]
        crash = not bare and (early or bar % phrase == 0) and rng.random() < .7
        if crash:
            hits.append((bar * 4 - early, "crash", rng.uniform(.6, 1)))
        hits += [(bar * 4 + i / 4, top, rng.uniform(.4, .9)) for i in range(0, 16, every) if i or not (crash or early)]
    return hits, float(rng.uniform(70, 190 if every > 1 else 115))


def load(rng, grooves, fills, songs, versions=3, invented=400):
    """Everything to learn from. `grooves`, `fills`: Patterns; `songs`: as `prepare` lists them."""
    pool = []
    for groove in grooves:
        beats = groove.bars * groove.per_bar
        if beats < SHORTEST:
            continue
        # long performances have more information, though not in proportion; slow and fast ones are rare
        worth = np.sqrt(beats / 64) * (1 + 2 * abs(np.log2(groove.bpm / USUAL_BPM)))
        for version in range(versions):
            hits = groove.hits if version == 0 else vary(rng, groove.hits, beats, groove.per_bar, fills)
            pool.append(music(hits, groove.per_bar, groove.bpm, True, worth / versions))
        if groove.per_bar == 4 and beats >= 2 * SHORTEST:
            for per_bar, choices in CUTS.items():
                which = choices[rng.integers(len(choices))]
                pool.append(music(cut(groove.hits, which), per_bar, groove.bpm, True, worth * (.10 if per_bar == 3 else .03)))
            if groove.bpm < FASTEST_BPM / 2:
                pool.append(music(cut(groove.hits, range(7), .5), 7, 2 * groove.bpm, True, worth * .03))
    total = sum(m.weight for m in pool)
    for _ in range(invented):
        pattern = invent_groove(rng)
        hits = [(t + turn * pattern.bars * pattern.per_bar, p, v) for turn in range(3) for t, p, v in pattern.hits]
        beats = 3 * pattern.bars * pattern.per_bar
        hits = vary(rng, hits, beats, pattern.per_bar, fills if pattern.per_bar == 4 else [])
        pool.append(music(hits, pattern.per_bar, pattern.bpm, pattern.per_bar != 4, .2 * total / invented))
    for _ in range(invented // 2):
        bare = rng.random() < BARE
        hits, bpm = textbook(rng, bare)
        if not bare:
            hits = vary(rng, hits, 128, 4, fills)
        pool.append(music(hits, 4, bpm, False, .3 * total / invented))
    trusted = [s for s in songs if s["beats"] and s["hits"]]
    for song in trusted:
        at = np.interp([h[0] for h in song["hits"]], song["beats"], np.arange(len(song["beats"])))
        hits = [(float(b), p, v) for b, (_, p, v) in zip(at, song["hits"])]
        bpm = 60 / np.median(np.diff(song["beats"]))
        pool.append(music(hits, 4, float(bpm), False, .08 * total / len(trusted)))
    return [m for m in pool if len(m.at) > 8]


def load_songs(data):
    """-> training songs only, each once: every tenth is for validation (see materials.py)."""
    songs = json.loads((data / "material/songs.json").read_text())
    return [s for s in songs if s["file"].startswith("song-0") and int(s["file"][-6:-4]) % 10 != 9]
