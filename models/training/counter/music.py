"""Drum parts whose bars are known, in beats: played, altered, cut to other meters, invented."""
import json
from dataclasses import dataclass

import numpy as np

from training.counter.bars import CUTS, change, cut, join, pick
from training.counter.grid import CHANNEL_OF, USUAL_BPM
from training.data.parts.invent import invent_groove
from training.data.parts.vary import vary

SHORTEST = 16           # beats
FASTEST_BPM = 240
BARS_BEFORE = 12        # an example may begin before its drums
CHANGED = .1            # weight of a part with bars of other lengths, of that of the part itself
STYLES = .2             # of MMA's styles, of the weight of all performances
JOINED = .3             # and of songs of several parts
BARE = .4               # of textbook rock: the same bar throughout, without a crash or fill that shows where it begins
PUSHED = .12            # of textbook rock: kick and cymbal of a phrase's first beat come an eighth early
# How often the kick falls on the sixteenths of a bar of textbook rock, beside the first.
KICK = {2: .15, 3: .12, 6: .2, 7: .15, 8: .6, 9: .08, 10: .35, 11: .12, 14: .2, 15: .08}


@dataclass
class Music:
    """Strokes in order of time: `at` in beats from the first downbeat, `channel`, `velocity` 0..1.

    `downbeats`: the beats on which bars begin, also before the first stroke. `sure`: people would count it at this
    tempo, neither half nor double.
    """
    at: np.ndarray
    channel: np.ndarray
    velocity: np.ndarray
    downbeats: np.ndarray
    bpm: float
    sure: bool
    weight: float


def music(hits, downbeats, bpm, sure, weight):
    """`downbeats`: the beats on which bars begin, from 0 on, or the number of beats in every bar."""
    hits = sorted(h for h in hits if h[1] in CHANNEL_OF)
    at, velocity = (np.array([h[i] for h in hits], np.float64) for i in (0, 2))
    if np.isscalar(downbeats):
        downbeats = np.arange(0, (at[-1] if len(at) else 0) + downbeats, downbeats)
    before = np.arange(-BARS_BEFORE, 0) * (downbeats[1] - downbeats[0] if len(downbeats) > 1 else 4)
    return Music(at, np.array([CHANNEL_OF[h[1]] for h in hits]), velocity, np.r_[before, downbeats], bpm, sure, weight)


def timed(song):
    """-> the hits, in beats, and the tempo of a song whose beats are known in seconds"""
    beats = song["beats"]
    at = np.interp([h[0] for h in song["hits"]], beats, np.arange(len(beats)))
    return [(float(b), piece, velocity) for b, (_, piece, velocity) in zip(at, song["hits"])], float(60 / np.median(np.diff(beats)))


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


def load(rng, grooves, fills, songs, styled, versions=3, invented=400, joined=1000):
    """Everything to learn from. `grooves`, `fills`: Patterns; `songs`: as `prepare` lists them; `styled`: of styles.py."""
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
            if groove.per_bar == 4 and beats >= 4 * SHORTEST:
                pool.append(music(*change(rng, hits), groove.bpm, True, CHANGED * worth / versions))
        if groove.per_bar == 4 and beats >= 2 * SHORTEST:
            for per_bar, choices in CUTS.items():
                pool.append(music(*cut(groove.hits, pick(rng, choices)), groove.bpm, True, worth * (.10 if per_bar == 3 else .03)))
            if groove.bpm < FASTEST_BPM / 2:
                eighths = [(2 * t, piece, velocity) for t, piece, velocity in groove.hits]
                pool.append(music(*cut(eighths, range(7), 8), 2 * groove.bpm, True, worth * .03))
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
        hits, bpm = timed(song)
        pool.append(music(hits, 4, bpm, False, .08 * total / len(trusted)))
    parts = [(groove.hits, groove.per_bar) for groove in grooves if groove.bars * groove.per_bar >= 2 * SHORTEST]
    for song in styled:
        (hits, bpm), per_bar = timed(song), song["per_bar"]
        parts.append((hits, per_bar))
        for played in (hits, vary(rng, hits, len(song["beats"]), per_bar, fills if per_bar == 4 else [])):
            pool.append(music(played, per_bar, bpm, False, STYLES * total / len(styled) / 2))
    for _ in range(joined):
        pool.append(music(*join(rng, parts), float(rng.uniform(70, 170)), False, JOINED * total / joined))
    return [m for m in pool if len(m.at) > 8]


def load_songs(data):
    """-> training songs only, each once: every tenth is for validation (see materials.py)."""
    songs = json.loads((data / "material/songs.json").read_text())
    return [s for s in songs if s["file"].startswith("song-0") and int(s["file"][-6:-4]) % 10 != 9]
