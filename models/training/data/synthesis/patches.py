"""Synthesiser sounds of the band: sums of decaying partials. Patch.note(pitch, seconds) -> audio (samples,) float32."""
import numpy as np

from training.data.synthesis.modal import (ModalBank, attack, band, biquad, decay, drive, glide, log_uniform, noise, seconds_of,
                                           unit)
from training.features import RATE

MOST = 48               # partials
# By role, each from, to: seconds to -60 dB of the fundamental, power by which partials die sooner, harmonics up to the
# filter's cutoff, seconds of attack.
ROLES = {"sub": ((.4, 6), (0, .5), (1, 4), (.002, .02)), "bass": ((.3, 6), (.1, 1.2), (3, 25), (.001, .015)),
         "thump": ((.08, .4), (.2, 1), (1.5, 6), (.001, .003)), "pluck": ((.05, .5), (.2, 1.2), (4, 40), (.0005, .003)),
         "tick": ((.02, .12), (0, .5), (8, 40), (.0003, .001)), "stab": ((.3, 3), (.1, .8), (4, 40), (.001, .008)),
         "pad": ((8, 30), (0, .2), (2, 40), (.02, .5)), "lead": ((1, 20), (0, .3), (3, 30), (.002, .04))}


class Patch:
    """One sound of one role, every parameter drawn at random."""

    def __init__(self, rng, role):
        lengths, steep, cutoff, rise = ROLES[role]
        long, self.steep = log_uniform(rng, *lengths), rng.uniform(*steep)
        self.cutoff, self.rise = log_uniform(rng, *cutoff), log_uniform(rng, *rise)
        self.rng, self.role, self.seconds = rng, role, long
        self.wave = str(rng.choice(["saw", "square", "triangle", "pulse", "bell"], p=[.35, .25, .15, .15, .1]))
        if role == "sub":
            self.wave = "triangle"
        self.width = rng.uniform(.08, .45)
        self.resonance = rng.uniform(0, 8) * (rng.random() < .4)
        self.voices = 1 if role in ("sub", "thump", "tick") else int(rng.integers(1, 4))
        self.cents = rng.uniform(4, 30)
        self.ratio = rng.uniform(1.2, 3.7)                       # of a bell's partials
        self.edge = 10 ** rng.uniform(-2.5, -.3) * (rng.random() < {"tick": .6, "pluck": .4}.get(role, .15))
        self.edge_low = log_uniform(rng, 1500, 8000)
        self.drop = rng.uniform(0, 7) if role == "thump" else rng.uniform(0, 4) * (rng.random() < .1)
        self.amount = rng.uniform(0, .9) * (rng.random() < .4)
        self.high_pass = log_uniform(rng, 300, 5000) if role == "tick" or (role == "pluck" and rng.random() < .3) else 0
        self.made = {}

    def _partials(self, hz):
        """-> frequencies, amplitudes"""
        count = int(np.clip(min(18000 / hz, self.cutoff * 3 + 2), 1, MOST))
        k = np.arange(1, count + 1)
        if self.wave == "bell":
            return hz * (1 + (k - 1) * self.ratio), np.exp(-.35 * (k - 1))
        strength = {"saw": 1 / k, "square": (k % 2) / k, "triangle": (k % 2) / k ** 2,
                    "pulse": np.abs(np.sin(np.pi * k * self.width)) / k}[self.wave]
        filtered = strength / np.sqrt(1 + (k / self.cutoff) ** 6)
        return hz * k, filtered * (1 + self.resonance * np.exp(-((k - self.cutoff) / (.15 * self.cutoff + .5)) ** 2))

    def note(self, pitch, seconds):
        """A note of a MIDI pitch at about unit RMS where it is loudest."""
        key = pitch, round(seconds, 2)
        if key not in self.made:
            self.made[key] = self._synthesise(440 * 2 ** ((pitch - 69) / 12), seconds)
        return self.made[key]

    def _synthesise(self, hz, seconds):
        rng = self.rng
        partials, strength = self._partials(hz)
        detune = 2 ** (rng.uniform(-self.cents, self.cents, self.voices) / 1200) if self.voices > 1 else np.ones(1)
        lengths = self.seconds * np.arange(1, len(partials) + 1) ** -self.steep
        bank = ModalBank(np.outer(detune, partials).ravel(), np.tile(lengths, self.voices), min(seconds, self.seconds) + .03)
        x = bank(np.tile(strength, self.voices), rng.uniform(0, 6.28, len(strength) * self.voices))
        x = glide(x, self.drop, .03)
        n = len(x)
        x *= attack(self.rise, n)
        if self.edge:
            m = min(n, seconds_of(.02))
            x[:m] += noise(rng, m, band(self.edge_low, 15000)) * decay(.015, m) * (self.edge * np.abs(x).max())
        if self.high_pass:
            x = biquad(x, "high", self.high_pass)
        x = drive(x, self.amount)
        fade = min(n, 900)
        x[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        return unit(x) * .5


class Voice:
    """Sung or chopped syllables: a burst of consonant, then a vowel of three formants, at times breath alone."""

    def __init__(self, rng):
        self.rng, self.made = rng, {}
        self.noisy, self.vowel = 10 ** rng.uniform(-1, .5), rng.uniform(0, 1) * (rng.random() < .8)

    def note(self, pitch, seconds):
        key = pitch, int(self.rng.integers(3))
        if key not in self.made:
            self.made[key] = self._syllable(440 * 2 ** ((pitch - 69) / 12), min(seconds, .5))
        return self.made[key]

    def _syllable(self, hz, seconds):
        rng = self.rng
        length, low = log_uniform(rng, .01, .12), log_uniform(rng, 1200, 6500)
        x = noise(rng, seconds_of(length), band(low, low * rng.uniform(1.3, 3))) * self.noisy
        x *= np.hanning(len(x)) if rng.random() < .5 else decay(length, len(x))
        out = np.zeros(len(x) + seconds_of(seconds), np.float32)
        out[:len(x)] = x
        k = np.arange(1, int(min(40, 7000 / hz)) + 1)
        formants = [(log_uniform(rng, 300, 850), 90), (log_uniform(rng, 850, 2400), 140), (rng.uniform(2400, 3200), 250)]
        strength = sum(g / (1 + ((hz * k - f) / w) ** 2) for g, (f, w) in zip((1, .6, .3), formants))
        vowel = glide(ModalBank(hz * k, np.full(len(k), seconds * 2), seconds)(strength), rng.uniform(0, 2), .05)
        vowel *= attack(.01, len(vowel)) * self.vowel
        at = int(len(x) * rng.uniform(.5, 1))
        out[at:at + len(vowel)] += unit(vowel)
        out[-600:] *= np.linspace(1, 0, 600, dtype=np.float32)
        return unit(out) * .5


def swell(rng, seconds):
    """Noise whose level and filter rise or fall over `seconds`: risers, sweeps, reversed cymbals, at unit peak."""
    n = seconds_of(seconds)
    at = np.linspace(0, 1, n, dtype=np.float32)
    low = log_uniform(rng, 300, 4000)
    x = noise(rng, n, band(low, low * 3)) * (1 - at) + noise(rng, n, band(low * 3, 15000)) * at
    x = x * at ** rng.uniform(1, 4)
    x[-200:] *= np.linspace(1, 0, 200, dtype=np.float32)
    return unit(x if rng.random() < .75 else x[::-1])
