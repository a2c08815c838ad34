"""An electronic band in time with the drums, whose notes look like drums: bass on the kick, ticks and plucks on sixteenths,
gated pads, stabs, chopped voices, chugging guitars, swells."""
import numpy as np

from training.data.sounds.effects import db, rms
from training.data.sounds.plucked import Guitar, pluck
from training.data.synthesis.modal import biquad, drive, log_uniform
from training.data.synthesis.patches import Patch, Voice, swell
from training.features import RATE

# Shares of bands with each part.
PARTS = {"sub": .35, "bass": .75, "thump": .2, "pluck": .55, "tick": .25, "stab": .4, "pad": .5, "lead": .35, "voice": .25,
         "chug": .15, "swell": .3}
SCALES = ((0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 5, 7, 9, 11), (0, 2, 4, 7, 9), (0, 3, 5, 7, 10))
OCTAVE = {"sub": 28, "bass": 33, "thump": 36, "chug": 40, "pad": 57, "stab": 57, "voice": 57, "lead": 69, "pluck": 69, "tick": 84}


class Chug:
    """A distorted guitar, palms on the strings."""

    def __init__(self, rng):
        self.rng, self.made = rng, {}
        self.guitar = Guitar(rng.uniform(.4, .9), rng.uniform(.15, .5), rng.uniform(.05, .2), 0, 0, 0, [])
        self.amount, self.cabinet = rng.uniform(.5, 1), log_uniform(rng, 2500, 6000)

    def note(self, pitch, seconds):
        if pitch not in self.made:
            length = min(.35, seconds + .1)
            x = pluck(self.rng, self.guitar, pitch, length) + .8 * pluck(self.rng, self.guitar, pitch + 7, length)
            x = biquad(drive(x, self.amount), "low", self.cabinet)
            x[-900:] *= np.linspace(1, 0, 900, dtype=np.float32)
            self.made[pitch] = x / (np.abs(x).max() + 1e-6) * .5
        return self.made[pitch]


class ElectronicBand:
    """play() -> (n,) float32 on a timeline; `kicks` are seconds."""

    def __init__(self, rng, timeline, kicks, n):
        self.rng, self.timeline, self.n = rng, timeline, n
        self.kicks = [t for t in kicks if 0 <= t < n / RATE]
        self.scale = SCALES[rng.integers(len(SCALES))]
        self.root = int(rng.integers(-4, 8))
        self.chords = rng.integers(0, len(self.scale), 4)
        self.bars_a_chord = float(rng.choice([.5, 1, 1, 2]))

    def play(self):
        rng, out = self.rng, np.zeros(self.n, np.float32)
        for role, share in PARTS.items():
            if rng.random() < share:
                x = self._swells() if role == "swell" else self._part(role)
                level = rms(x)
                if level > 1e-4:
                    out += x * (db(rng.normal(-6 if role in ("tick", "swell") else 0, 4)) / level)
        return out

    def _degree(self, degree, role):
        """A step of the scale -> MIDI pitch in the role's octave."""
        octave, step = divmod(int(degree), len(self.scale))
        return OCTAVE[role] + (self.root + self.scale[step]) % 12 + 12 * octave

    def _part(self, role):
        rng, out = self.rng, np.zeros(self.n, np.float32)
        sound = Voice(rng) if role == "voice" else Chug(rng) if role == "chug" else Patch(rng, role)
        notes = list(self._on_kicks(role) if role in ("sub", "bass") and self.kicks and rng.random() < .45
                     else self._pattern(role))
        for t, pitch, seconds, gain in notes:
            start, x = int(t * RATE), sound.note(pitch, seconds)
            if 0 <= start < self.n:
                part = x[:self.n - start]
                out[start:start + len(part)] += part * gain
        if role in ("pluck", "tick", "lead", "stab", "voice") and rng.random() < .4:
            self._echo(out)
        if role == "pad" and rng.random() < .35:
            out *= self._gate()
        return out

    def _chord_at(self, beat):
        return self.chords[int(beat // (self.timeline.per_bar * self.bars_a_chord)) % 4]

    def _on_kicks(self, role):
        """The bass that a kick is taken for: with every kick, as long as it takes to the next, at times between."""
        rng, beat = self.rng, self.timeline.beat_seconds
        position = np.interp(self.kicks, self.timeline.times, self.timeline.first + np.arange(len(self.timeline.times)))
        short, miss = rng.uniform(.15, 1), rng.choice([0, 0, .2])
        for t, at, following in zip(self.kicks, position, [*self.kicks[1:], self.n / RATE]):
            if rng.random() >= miss:
                yield t + rng.normal(0, .002), self._degree(self._chord_at(at), role), round(min(following - t, 2 * beat) * short, 2), 1
            if rng.random() < .2:
                yield t + beat / 2, self._degree(self._chord_at(at), role), round(beat * .3, 2), .8

    def _pattern(self, role):
        """A pattern of one or two bars on eighths or sixteenths, repeated over the chords."""
        rng, line = self.rng, self.timeline
        division = 4 if role in ("tick", "pluck", "chug") else int(rng.choice([2, 4]))
        slots = line.per_bar * division * int(rng.integers(1, 3))
        density = {"pad": 0, "lead": .3, "stab": .25, "sub": .3, "voice": .25}.get(role, rng.choice([.35, .6, 1]))
        played = rng.random(slots) < density
        if role == "pad":
            played[::line.per_bar * division] = True
        elif role in ("bass", "stab") and rng.random() < .3:     # off-beats
            played = np.arange(slots) % division == division // 2
        steps = rng.choice([0, 0, 0, 4, 7, 2], slots) if role in ("bass", "sub", "chug", "thump") else \
            rng.choice([0, 2, 4, 7, 9, 11][:int(rng.integers(2, 7))], slots)
        accents = db(rng.normal(0, 2.5, slots))
        length = line.beat_seconds * (line.per_bar * min(self.bars_a_chord, 1) if role == "pad" else
                                      rng.choice([.2, .4, .9]) / division * 2)
        chord = [0, 2, 4] if role in ("pad", "stab") else [0]
        for i in range((len(line.times) - 1) * division):
            beat, slot = line.first + i / division, (line.first * division + i) % slots
            t = float(line.seconds(beat))
            if played[slot] and -1 < t < self.n / RATE:
                for tone in chord:
                    yield t, self._degree(self._chord_at(beat) + steps[slot] * (role != "pad") + tone, role), round(length, 2), accents[slot]

    def _echo(self, out):
        delay = int(self.timeline.beat_seconds * self.rng.choice([.25, .5, .75, .333]) * RATE)
        gain = self.rng.uniform(.2, .7)
        dry = out.copy()
        for i in range(1, 4):
            if delay * i < self.n:
                out[delay * i:] += dry[:-delay * i] * gain ** i

    def _gate(self):
        """A pad chopped into sixteenths (or eighths), as trance has it."""
        rng, line = self.rng, self.timeline
        division = int(rng.choice([2, 4, 4]))
        opened, share = rng.random(16) < rng.uniform(.5, 1), rng.uniform(.3, .8)
        gate = np.zeros(self.n, np.float32)
        for i in range((len(line.times) - 1) * division):
            start, end = (int(float(line.seconds(line.first + j / division)) * RATE) for j in (i, i + share))
            if opened[i % 16] and end > 0:
                gate[max(0, start):max(0, end)] = 1
        width = 200
        return np.convolve(gate, np.full(width, 1 / width, np.float32), "same")

    def _swells(self):
        """Swells of noise that end on a downbeat."""
        rng, line, out = self.rng, self.timeline, np.zeros(self.n, np.float32)
        every = int(rng.choice([1, 2, 4])) * line.per_bar
        seconds = line.beat_seconds * float(rng.choice([1, 2, line.per_bar]))
        x = swell(rng, min(seconds, 4))
        for beat in range(line.first, line.first + len(line.times)):
            end = int(float(line.seconds(beat)) * RATE)
            if beat % every == 0 and 0 < end <= self.n and rng.random() < .7:
                m = min(len(x), end)
                out[end - m:end] += x[-m:]
        return out
