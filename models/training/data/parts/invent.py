"""Invented drum parts: plain grooves in several meters and fills. Times are in beats."""
import numpy as np

from training.data.parts.grooves import Pattern
from training.pieces import TOMS

TOPS = ["hihatClosed", "hihatHalfOpen", "hihatOpen", "ride", "crash", "tomFloor", "china", "tambourine", None]
TOP_ODDS = [.38, .12, .10, .16, .12, .04, .02, .02, .04]


def invent_groove(rng):
    """A pop, rock, punk, metal, shuffle or odd-meter pattern of eight bars."""
    u = rng.random()
    if u < .62:
        return _straight(rng, 4, 16)
    if u < .72:
        return _straight(rng, 4, 12)                             # shuffle and 12/8: three to the beat
    if u < .81:
        return _straight(rng, 3, int(rng.choice([12, 9])))
    if u < .88:
        return _straight(rng, 2, 6)                              # 6/8, two dotted quarters to the bar
    if u < .94:
        return _straight(rng, 5, 20)
    return _straight(rng, 7, 14, odd=True)                       # 7/8, counted in eighths


def _straight(rng, per_bar, slots, odd=False):
    """`slots` equal steps a bar, one random pattern for kick and snare, one cymbal (or none) on top."""
    each = slots // per_bar                                      # slots a beat
    top = TOPS[rng.choice(len(TOPS), p=TOP_ODDS)]
    kick = rng.random(slots) < rng.choice([0.1, 0.2, 0.4])
    kick[0] = True
    if per_bar == 4 and rng.random() < .2:                       # double bass or four on the floor
        kick[:] = True if rng.random() < .4 else np.arange(slots) % each == 0
    snare = np.zeros(slots, bool)
    if odd:
        snare[[4, 10] if rng.random() < .5 else [6]] = True
    elif per_bar == 2:
        snare[each] = True
    elif per_bar == 3:
        snare[[each, 2 * each] if rng.random() < .5 else [2 * each]] = True
    else:
        snare[each::2 * each] = True
        style = rng.random()
        if style < .08 and each == 4:
            snare = np.arange(slots) % 4 == 2                    # punk: every off-beat
        elif style < .2 and per_bar == 4:
            snare[:] = np.arange(slots) == 2 * each              # half time
        elif style < .25:
            snare = np.arange(slots) % each == 0                 # on every beat
    backbeat = "snare" if rng.random() < .8 else str(rng.choice(["sideStick", "clap", "tomMid", "rimshot"]))
    every = {4: rng.choice([1, 2, 2, 4]), 3: rng.choice([1, 3, 1]), 2: rng.choice([1, 2])}.get(each, 1)
    swing = rng.uniform(.05, .33) if each in (2, 4) and rng.random() < .15 else 0      # of an eighth, late
    flips, ghosts = rng.choice([.02, .06]), rng.choice([0, .03, .15])
    open_last = rng.random() < .25 and top == "hihatClosed"
    hits = []
    for bar in range(8):
        flip = rng.random(slots) < flips
        for i in range(slots):
            late = swing * .5 if each == 4 and i % 4 == 2 else swing * .25 if each == 4 and i % 2 else 0
            t = bar * per_bar + i / each + late
            if kick[i] ^ flip[i]:
                hits.append((t, "kick", rng.uniform(.6, 1)))
            if snare[i]:
                hits.append((t, backbeat, rng.uniform(.7, 1)))
            elif rng.random() < ghosts:
                hits.append((t, "snare", rng.uniform(.12, .4)))
            shuffled = each != 3 or i % 3 != 1 or every == 1
            if top and i % every == 0 and shuffled:
                piece = "hihatOpen" if open_last and i == slots - max(1, each // 2) else top
                hits.append((t, piece, (.9 if i % each == 0 else .65) * rng.uniform(.7, 1.1)))
    bpm = {2: rng.uniform(50, 110), 7: rng.uniform(140, 240)}.get(per_bar)
    bpm = float(bpm or rng.uniform(70, 130 if every == 1 and each == 4 else 190))
    sloppy = rng.choice([.002, .008])
    return Pattern(bpm, per_bar, 8, [(t + rng.normal(0, sloppy), p, min(v, 1)) for t, p, v in sorted(hits)])


def invent_fill(rng, length):
    """Hits over `length` beats: snare and toms, often falling in pitch, loud or soft, with or without kicks below."""
    step = rng.choice([0.25, 0.25, 0.5, 1 / 3, 1 / 6])
    n = int(round(length / step))
    order = ["snare", *TOMS] if rng.random() < 0.7 else list(rng.permutation(["snare", *TOMS, *TOMS]))
    if rng.random() < .2:
        order = [str(p) for p in rng.choice(TOMS, 2)]
    loud = rng.uniform(.3, 1)
    feet = rng.choice([0, .15, .6])
    hits = []
    for i in range(n):
        if rng.random() >= 0.12:
            piece = order[min(len(order) - 1, int(i / n * len(order) + rng.integers(0, 2) * 0.5))]
            hits.append((i * step + rng.normal(0, .01), str(piece), loud * rng.uniform(.5, 1)))
        if rng.random() < feet and (i * step) % .5 < 1e-6:
            hits.append((i * step + rng.normal(0, .01), "kick", rng.uniform(.5, 1)))
    return hits
