"""Plucked strings by physical modelling: strummed chords, damped strokes and slapped basses that drums are taken for.

Karplus and Strong, "Digital Synthesis of Plucked-String and Drum Timbres" (Computer Music Journal 7(2), 1983), with the
pick's place and a body's resonances. Everything is (n,) float32 at features.RATE.
"""
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from training.data.sounds.effects import db, resample, rms, saturate
from training.features import RATE

SHAPES = {"major": (0, 7, 12, 16, 19, 24), "minor": (0, 7, 12, 15, 19, 24), "power": (0, 7, 12)}
ROOTS = (40, 43, 46, 49)                # MIDI notes of prepared chords: a strum is tuned from the nearest
STRUM_SECONDS = 1.6


@dataclass
class Guitar:
    """One instrument and one hand: what the ear knows it by."""
    brightness: float       # 0..1, of the pick's noise
    decay: float            # seconds to -60 dB of a low string
    place: float            # of the pick along the string, 0..0.5
    spread: float           # seconds from string to string of a strum
    click: float            # level of the pick itself against the strings
    drive: float            # of the amplifier, 0 for acoustic guitars
    body: list              # [(Hz, width, gain)]


def invent_guitar(rng):
    """A steel, nylon or electric guitar."""
    electric = rng.random() < .4
    body = [] if electric else [(rng.uniform(90, 130), .06, rng.uniform(.5, 2)), (rng.uniform(180, 260), .05, rng.uniform(.3, 1.5)),
                                (rng.uniform(350, 600), .08, rng.uniform(.2, 1))]
    return Guitar(rng.uniform(.3, .95), rng.uniform(1, 5), rng.uniform(.06, .3), rng.uniform(.002, .014), db(rng.uniform(-22, 0)),
                  rng.uniform(0, .8) if electric else 0, body)


def pluck(rng, guitar, pitch, seconds, damped=False):
    """One string at a MIDI pitch; `damped` by the hand, as in a chuck."""
    period = RATE / (440 * 2 ** ((pitch - 69) / 12))
    n, length = int(period), int(seconds * RATE)
    noise = rng.uniform(-1, 1, n)
    noise = lfilter([guitar.brightness], [1, guitar.brightness - 1], noise)
    noise -= np.roll(noise, max(1, int(n * guitar.place))) * .9
    seconds_to_60 = rng.uniform(.03, .09) if damped else guitar.decay * (82 / max(82, RATE / period)) ** .4
    loss = 10 ** (-3 * period / RATE / seconds_to_60)
    soft = rng.uniform(.15, .45)                                 # high partials die first
    damping = np.zeros(n + 2)
    damping[0], damping[n], damping[n + 1] = 1, -loss * (1 - soft), -loss * soft
    excitation = np.zeros(length)
    excitation[:n] = noise
    return lfilter([1], damping, excitation).astype(np.float32)


def click(rng, guitar, y):
    """Add the plectrum (or thumb) crossing a string to `y`: a few milliseconds of coloured noise."""
    n = int(rng.uniform(.004, .02) * RATE)
    x = lfilter([1, -.95], [1, -rng.uniform(0, .6)], rng.standard_normal(n) * np.exp(-np.arange(n) / (n / 4)))
    y[:n] += (x * guitar.click * np.abs(y[:RATE // 50]).max()).astype(np.float32)


def resonate(x, body):
    """Add a body's resonances: two-pole filters in parallel."""
    out = x.copy()
    for hz, width, gain in body:
        r = np.exp(-np.pi * hz * width / RATE)
        w = 2 * np.pi * hz / RATE
        out += gain * lfilter([1 - r], [1, -2 * r * np.cos(w), r * r], x).astype(np.float32)
    return out


def strum(rng, guitar, root, shape, up=False, damped=False):
    """One stroke over all strings of a chord, at unit RMS of its first 50 ms."""
    out = np.zeros(int(STRUM_SECONDS * RATE), np.float32)
    strings = [root + step for step in SHAPES[shape]]
    if up:
        strings = strings[::-1][:int(rng.integers(2, len(strings) + 1))]
    at = 0.0
    for pitch in strings:
        start = int(at * RATE)
        y = pluck(rng, guitar, pitch, STRUM_SECONDS - at, damped) * db(rng.normal(0, 2))
        click(rng, guitar, y)
        out[start:start + len(y)] += y[:len(out) - start]
        at += guitar.spread * rng.uniform(.5, 1.5)
    out = resonate(out, guitar.body)
    if guitar.drive:
        out = saturate(out, guitar.drive)
    return out / rms(out[:RATE // 20])


def strums(rng, guitars=20):
    """-> {"guitar/kind/root": int16} for Strummer: chords down and up, and damped strokes."""
    made = {}
    for g in range(guitars):
        guitar = invent_guitar(rng)
        shapes = ("power", "major", "minor") if guitar.drive > .4 else ("major", "minor")
        for root in ROOTS:
            for shape in shapes:
                for up in (False, True):
                    made[f"{g}/{shape} {'up' if up else 'down'}/{root}"] = strum(rng, guitar, root, shape, up)
        for take in range(4):
            made[f"{g}/damped/{take}"] = strum(rng, guitar, ROOTS[take % 4], shapes[0], bool(take % 2), True)
    return {key: (np.clip(x * .1, -1, 1) * 32767).astype(np.int16) for key, x in made.items()}


def slaps(rng, count=60):
    """-> [int16]: slapped and popped bass notes, which begin like a kick or a snare."""
    found = []
    for _ in range(count):
        bass = Guitar(rng.uniform(.5, 1), rng.uniform(1, 4), rng.uniform(.05, .2), 0, db(rng.uniform(-8, 8)), rng.uniform(0, .3), [])
        y = pluck(rng, bass, rng.uniform(28, 50), .5, damped=rng.random() < .3)
        click(rng, bass, y)
        found.append((np.clip(y / rms(y[:RATE // 20]) * .1, -1, 1) * 32767).astype(np.int16))
    return found


class Strummer:
    """A rhythm guitar: one pattern of down, up, damped and left-out strokes a bar, over a harmony that changes on it."""

    def __init__(self, rng, notes, timeline, roots, minor, n):
        self.rng, self.n, self.timeline, self.roots = rng, n, timeline, roots
        names = sorted({key.split("/")[0] for key in notes})
        mine = str(rng.choice(names))
        self.notes = {tuple(key.split("/")[1:]): x for key, x in notes.items() if key.split("/")[0] == mine}
        kinds = {kind.split()[0] for kind, _ in self.notes}
        self.shape = "power" if "power" in kinds and rng.random() < .5 else "minor" if minor else "major"
        self.division = int(rng.choice([1, 2, 2, 2, 4, 4]))
        slots = self.division * timeline.per_bar
        self.play_odds = np.clip(rng.normal(.75, .25, slots), 0, 1)
        backbeat = rng.random() < .35                            # chucks where a snare would be
        self.damp_odds = rng.uniform(0, .35, slots) if rng.random() < .6 else np.zeros(slots)
        if backbeat:
            self.damp_odds[self.division::2 * self.division] = rng.uniform(.6, 1)
        self.accents = db(rng.normal(0, 3, slots))

    def play(self):
        rng, out = self.rng, np.zeros(self.n, np.float32)
        slots = len(self.play_odds)
        strokes = []
        for i in range((len(self.timeline.times) - 1) * self.division):
            beat = self.timeline.first + i / self.division
            slot = int(round(beat * self.division)) % slots
            t = float(self.timeline.seconds(beat)) + rng.normal(0, .006)
            if 0 <= t < self.n / RATE and rng.random() < self.play_odds[slot]:
                strokes.append((t, slot, int(beat // self.timeline.per_bar)))
        for k, (t, slot, bar) in enumerate(strokes):
            until = strokes[k + 1][0] if k + 1 < len(strokes) else t + 1.5
            self._stroke(out, t, min(until - t, 1.5), slot, bar)
        return out

    def _stroke(self, out, t, seconds, slot, bar):
        rng, root = self.rng, 40 + int(self.roots[bar % len(self.roots)]) % 12
        if rng.random() < self.damp_odds[slot]:
            x, ratio = self.notes["damped", str(rng.integers(4))], rng.uniform(.85, 1.2)
        else:
            up = slot % 2 == 1 and self.division > 1
            nearest = min(ROOTS, key=lambda r: abs(r - root))
            x, ratio = self.notes[f"{self.shape} {'up' if up else 'down'}", str(nearest)], 2 ** ((root - nearest) / 12)
        start = int(t * RATE)
        length = min(int(seconds * RATE), int(len(x) / ratio) - 1, self.n - start)
        if length < 400:
            return
        y = resample(x[:int(length * ratio) + 2].astype(np.float32), ratio, length) * (self.accents[slot] * db(rng.normal(0, 1.5)) / 32768)
        y[-300:] *= np.linspace(1, 0, 300, dtype=np.float32)
        out[start:start + length] += y
