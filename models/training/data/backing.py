"""Everything that is not drums: a made-up band in time, real stems, voices, noise. All -> (n,) float32."""
import numpy as np

from training.data.parts.timeline import steady
from training.data.sounds.effects import db, resample, rms, saturate
from training.data.sounds.plucked import Strummer
from training.data.synthesis.band import ElectronicBand
from training.features import RATE


class Band:
    """Bass, chords, pad and lead from single notes, on a timeline; harmony changes on the bar."""

    def __init__(self, rng, m, timeline, kicks, n):
        self.rng, self.m, self.timeline, self.n = rng, m, timeline, n
        self.kicks = np.array(kicks or [-9.0])
        self.out = np.zeros(n, np.float32)
        self.roots = rng.choice([0, 2, 3, 5, 7, 8, 10], 4) + int(rng.integers(-4, 6))
        self.third = 3 if rng.random() < 0.5 else 4
        self.bars_a_chord = rng.choice([1, 1, 1, 2, .5])

    def note(self, instrument, pitch, t, seconds, gain):
        """One note: the nearest recorded pitch, tuned; folded up by octaves where the instrument does not reach."""
        recorded = self.m.notes[instrument]
        while pitch < min(recorded) - 5:
            pitch += 12
        nearest = min(recorded, key=lambda q: abs(q - pitch))
        raw, ratio = recorded[nearest], 2 ** ((pitch - nearest) / 12)
        start = int(t * RATE)
        length = min(int(seconds * RATE), int(len(raw) / ratio) - 1, self.n - start)
        if start < 0 or length < 400:
            return
        y = resample(raw[:int(length * ratio) + 2].astype(np.float32), ratio, length) * (gain / 32768)
        y[-300:] *= np.linspace(1, 0, 300, dtype=np.float32)
        self.out[start:start + length] += y

    def play(self):
        rng, per_bar = self.rng, self.timeline.per_bar
        parts = {family: str(rng.choice(self.m.families[family])) if rng.random() < share else None
                 for family, share in (("bass", .95), ("chord", .8), ("pad", .3), ("lead", .45))}
        gains = {family: db(rng.normal(0, 4)) for family in parts}
        gains["pad"] *= .5
        self.strum = rng.uniform(.004, .03) if rng.random() < .5 else 0
        division = int(rng.choice([2, 2, 4]))                    # notes lie on eighths or sixteenths
        cycle = per_bar * division
        odds = {family: rng.uniform(low, high, cycle) for family, low, high in
                (("bass", .1, .9), ("chord", 0, .8), ("lead", 0, .6))}
        odds["bass"][0] = max(odds["bass"][0], .85)              # the bass marks the bar
        if rng.random() < .7:
            odds["chord"][0] = .95
        follow = rng.random()                                    # how much the bass goes with the kick
        first = self.timeline.first
        for i in range((len(self.timeline.times) - 1) * division):
            beat = first + i / division
            t = float(self.timeline.seconds(beat)) + rng.normal(0, .006)
            if not 0 <= t < self.n / RATE:
                continue
            slot = int(round(beat * division)) % cycle
            chord = int(beat // (per_bar * self.bars_a_chord))
            self._slot(parts, gains, odds, slot, t, int(self.roots[chord % 4]), follow,
                       self.timeline.beat_seconds, slot == 0)
        return self.out

    def _slot(self, parts, gains, odds, slot, t, root, follow, beat, downbeat):
        rng = self.rng
        if parts["bass"]:
            with_kick = np.abs(self.kicks - t).min() < .05
            chance = follow if with_kick else odds["bass"][slot] * (1 - follow)
            if downbeat and rng.random() < .9 or rng.random() < chance:
                step = 0 if downbeat else int(rng.choice([0, 0, 0, 7, 12, 5]))
                self.note(parts["bass"], 33 + root + step, t, beat * rng.uniform(.3, 1.6), gains["bass"])
        if parts["chord"] and rng.random() < odds["chord"][slot]:
            length = beat * float(rng.choice([.2, .5, 1, 2]))
            tones = [0, 7, 12] if rng.random() < .3 else [0, self.third, 7, 12] if self.strum else [0, self.third, 7]
            for k, tone in enumerate(tones):
                at = t + k * self.strum if self.strum else t + rng.uniform(0, .012)
                self.note(parts["chord"], 50 + root + tone, at, length, gains["chord"] * .6)
        if parts["pad"] and downbeat:
            for tone in (0, self.third, 7):
                self.note(parts["pad"], 57 + root + tone, t, beat * self.timeline.per_bar, gains["pad"])
        if parts["lead"] and rng.random() < odds["lead"][slot]:
            tone = int(rng.choice([0, 2, self.third, 7, 9, 12]))
            self.note(parts["lead"], 69 + root + tone, t, beat * rng.uniform(.3, 2), gains["lead"])


def band(rng, m, timeline, kicks, n):
    """An invented band, mostly with a rhythm guitar, now and then with a slapped bass."""
    players = Band(rng, m, timeline, kicks, n)
    out = players.play()
    if rng.random() < .45:
        guitar = Strummer(rng, m.strums, timeline, players.roots, players.third == 3, n).play()
        if rms(guitar) > 1e-4:
            out = out + guitar / rms(guitar) * max(rms(out), 1e-2) * db(rng.normal(0, 5))
    if rng.random() < .12:
        out = out + slapping(rng, m, timeline, n) * max(rms(out), 1e-2) * db(rng.normal(0, 4))
    return out


def slapping(rng, m, timeline, n):
    """Slapped notes on sixteenths at random, RMS 1."""
    out = np.zeros(n, np.float32)
    odds = rng.uniform(0, .6, 16)
    few = [m.slaps[i] for i in rng.integers(len(m.slaps), size=6)]
    for i in range(len(timeline.times) * 4):
        t = float(timeline.seconds(timeline.first + i / 4)) + rng.normal(0, .005)
        if 0 <= t < n / RATE - .6 and rng.random() < odds[i % 16]:
            x = few[int(rng.integers(6))].astype(np.float32) / 32768
            start = int(t * RATE)
            out[start:start + len(x)] += x * db(rng.normal(0, 3))
    return out / rms(out) if rms(out) > 1e-4 else out


def _crop(rng, audio, n, ratio):
    """A random piece of int16 audio, `ratio` times as fast, n samples long."""
    length = int(n * ratio) + 2
    start = int(rng.integers(0, max(1, len(audio) - length)))
    return resample(audio[start:start + length].astype(np.float32) / 32768, ratio, n)


def stems(rng, m, n, roles=None):
    """One to three stems of one song (of these `roles` only), not in time with the drums, up to 3 semitones off."""
    choices = [[s for s in song if roles is None or s["role"] in roles] for song in m.stems]
    choices = [c for c in choices if c]
    song = choices[rng.integers(len(choices))]
    ratio = 2 ** (rng.uniform(-3, 3) / 12)
    length = int(n * ratio) + 2
    start = int(rng.integers(0, max(1, max(len(s["audio"]) for s in song) - length)))
    out = np.zeros(n, np.float32)
    for i in rng.permutation(len(song))[:rng.integers(1, 4)]:
        part = song[i]["audio"][start:start + length].astype(np.float32) / 32768
        if len(part) > n // 4 and rms(part) > 1e-3:
            y = resample(part, ratio, n)
            out += y / rms(y) * db(rng.normal(0, 4))
    return out


def voice(rng, m, n):
    """Singing from the stems or synthetic speech; speech is now and then cut into shouts."""
    if rng.random() < .5:
        return stems(rng, m, n, {"vocal"})
    y = _crop(rng, m.speech, n, 2 ** (rng.uniform(-4, 4) / 12))
    return saturate(y, rng.uniform(0, .6)) if rng.random() < .3 else y


def drumless(rng, m, n):
    """What a clip without drums may be: music alone, voices, noise, hum, next to nothing."""
    u = rng.random()
    if u < .35:
        song = m.songs[rng.integers(len(m.songs))]
        return _crop(rng, song["audio"], n, rng.uniform(.85, 1.15))
    if u < .47:
        return stems(rng, m, n)
    if u < .60:
        return ElectronicBand(rng, steady(rng, rng.uniform(70, 170), 4, n / RATE), [], n).play()
    if u < .8:
        return voice(rng, m, n)
    t = np.arange(n) / RATE
    hum = sum(np.sin(2 * np.pi * f * t) * rng.uniform(0, 1) / (i + 1)
              for i, f in enumerate(np.arange(1, 6) * rng.choice([50, 60, 110, 440])))
    noise = rng.standard_normal(n) * db(rng.uniform(-40, 0))
    if rng.random() < .5:
        noise = np.cumsum(noise) * .02
        noise -= np.linspace(noise[0], noise[-1], n)
    level = db(rng.uniform(-90, -10))
    return (level * (noise + hum * db(rng.uniform(-60, 0)))).astype(np.float32)
