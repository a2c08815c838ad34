"""Invented drum parts of electronic music: house, breakbeat, drum and bass, trap, synthwave, chiptune. Times in beats."""
import numpy as np

from training.data.parts.grooves import Pattern

TEMPO = {"house": (112, 136), "break": (95, 140), "jungle": (160, 178), "trap": (60, 80), "wave": (80, 120), "chip": (110, 180),
         "hard": (140, 170)}
BARS = 8


def invent_electronic(rng):
    """A pattern of eight bars in 4/4 on a grid of sixteenths, every second bar altered a little."""
    style = str(rng.choice(list(TEMPO)))
    bars = [_bar(rng, style)]
    bars.append([hit for hit in bars[0] if rng.random() < .9] + [hit for hit in _bar(rng, style) if rng.random() < .2])
    swing = rng.uniform(0, .12) * (rng.random() < .3)            # of a beat: every second sixteenth is late
    loose = rng.choice([0, 0, .004])
    hits = {}
    for bar in range(BARS):
        for slot, piece, velocity in bars[bar % 2]:
            late = swing * .5 if round(slot * 4) % 2 else 0
            hits[bar * 4 + slot + late, piece] = velocity
        if bar == BARS - 1 and rng.random() < .5:
            hits.update(_roll(rng, bar * 4))
    if rng.random() < .4:
        hits[0.0, "crash"] = rng.uniform(.7, 1)
    return Pattern(float(rng.uniform(*TEMPO[style])), 4, BARS,
                   sorted((max(0, t + rng.normal(0, loose)), piece, min(1, v)) for (t, piece), v in hits.items()))


def _bar(rng, style):
    """-> [(beat, piece, velocity)] of one bar"""
    back = str(rng.choice(["snare", "clap", "snare", "rimshot"]))
    hits = [*_low(rng, style), *((beat, back, rng.uniform(.8, 1)) for beat in _backbeats(rng, style))]
    if back == "snare" and rng.random() < .3:
        hits += [(beat, "clap", rng.uniform(.6, 1)) for beat in _backbeats(rng, style)]
    hits += _top(rng, style)
    if rng.random() < .25:
        piece = str(rng.choice(["cowbell", "sideStick", "tambourine", "tomMid", "tomHigh", "tomLow", "splash", "other", "rideBell"]))
        hits += [(i / 4, piece, rng.uniform(.5, 1)) for i in range(16) if rng.random() < rng.choice([.1, .25])]
    return hits


def _low(rng, style):
    """Kicks."""
    beats = {"house": [0, 1, 2, 3], "hard": [0, 1, 2, 3], "wave": [0, 2] if rng.random() < .5 else [0, 1, 2, 3],
             "break": [0, 2.5], "jungle": [0, 2.5], "trap": [0, 1.75, 2.5], "chip": [0, 2]}[style]
    extra = [i / 4 for i in range(16) if rng.random() < {"house": .03, "hard": .03, "wave": .05}.get(style, .12)]
    return [(beat, "kick", rng.uniform(.85, 1)) for beat in sorted({*beats, *extra})]


def _backbeats(rng, style):
    if style == "trap":
        return [2]
    if style == "hard":
        return [] if rng.random() < .5 else [1, 3]
    if style in ("break", "jungle"):
        return [1, 3] if rng.random() < .6 else [1, 2.75, 3.75]
    return [1, 3]


def _top(rng, style):
    """Hats or what stands for them."""
    u = rng.random()
    if u < .12:
        return []                                                # none: what is high in the mix is no hat
    if style in ("house", "hard") and u < .6:                    # open on the off-beat
        closed = [(i / 4, "hihatClosed", rng.uniform(.3, .7)) for i in range(16) if i % 4 != 2 and rng.random() < rng.choice([0, .9])]
        return closed + [(i + .5, "hihatOpen", rng.uniform(.7, 1)) for i in range(4)]
    if style == "trap":
        hits = []
        for i in range(8):
            split = int(rng.choice([1, 1, 1, 2, 3, 4, 6]))
            hits += [(i / 2 + j / 2 / split, "hihatClosed", rng.uniform(.4, .9)) for j in range(split)]
        return hits + ([(3.5, "hihatOpen", .8)] if rng.random() < .4 else [])
    piece = str(rng.choice(["hihatClosed", "hihatClosed", "hihatHalfOpen", "hihatOpen", "ride", "tambourine", "hihatPedal"]))
    every = int(rng.choice([1, 2, 2, 4]))
    hits = [(i / 4, piece, (.9 if i % 4 == 0 else .6) * rng.uniform(.8, 1.1)) for i in range(0, 16, every) if rng.random() < .96]
    if piece == "hihatClosed" and rng.random() < .4:
        hits = [(t, "hihatOpen" if t % 2 == 1.5 else p, v) for t, p, v in hits]
    return hits


def _roll(rng, start):
    """A roll of snares or toms over the last beats of a bar."""
    beats, step = int(rng.choice([1, 2, 4])), float(rng.choice([.25, .25, .125, .5]))
    pieces = [["snare"], ["tomHigh", "tomMid", "tomLow", "tomFloor"], ["clap"], ["tomHigh", "tomLow"]][rng.integers(4)]
    count = int(beats / step)
    return {(start + 4 - beats + i * step, pieces[i * len(pieces) // count]): .5 + .5 * i / count for i in range(count)}
