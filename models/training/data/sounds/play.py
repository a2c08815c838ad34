"""Hits and one-shots -> audio by bus, and what each hit adds to the spectrum by itself."""
from dataclasses import dataclass

import numpy as np

from training import features
from training.audibility import LOOKS
from training.data.sounds.effects import db, resample, rms
from training.data.sounds.kits import choose_sources
from training.data.sounds.lazy import HEAD
from training.features import HOP, RATE, WINDOW
from training.pieces import BUSES, BUS_OF, CYMBALS, HATS, OTHER, TOMS

# Usual level of a full stroke in dB, as RMS of its first 60 ms.
LEVEL = {"kick": 0, "snare": -1, "sideStick": -8, "rimshot": 0, "hihatClosed": -15, "hihatHalfOpen": -13,
         "hihatOpen": -12, "hihatPedal": -19, "tomHigh": -3, "tomMid": -3, "tomLow": -3, "tomFloor": -2,
         "crash": -7, "ride": -14, "rideBell": -11, "splash": -10, "china": -7, "cowbell": -10, "tambourine": -13,
         "clap": -5, OTHER: -12}
FULL_STROKE = 0.2                                # RMS of a stroke at 0 dB
LAYERED = .2                                     # share of pieces under which a second kit's sample lies


@dataclass
class Strike:
    """One rendered hit. `bands` (len(LOOKS), BANDS): magnitudes of the dry hit alone at LOOKS frames after it."""
    time: float
    piece: str
    velocity: float
    bands: np.ndarray


class Player:
    """One song's way of playing one piece: which sample, how tuned, how loud."""

    def __init__(self, rng, source, piece, bus_db, layer=None):
        kit, name, tune, self.label = source
        self.items = kit.samples[name]
        self.gain = db(LEVEL[piece] + bus_db + rng.normal(0, 2)) * FULL_STROKE / kit.level[name]
        spread = 2.0 if piece in CYMBALS else 1.5 if piece in TOMS else 1.2
        self.ratio = 2 ** ((tune + (rng.normal(0, spread) if rng.random() < .6 else 0)) / 12)
        self.decay = rng.uniform(.08, 1.0) if rng.random() < (.3 if piece in CYMBALS + TOMS else .12) else None
        names = sorted({variant for _, _, variant in self.items})
        # Mostly one drum or cymbal through a song; crashes and hand percussion take turns.
        turns = .6 if piece in ("crash", OTHER) else .25
        self.variants = set(names) if rng.random() < turns else {str(rng.choice(names))}
        self.layer, self.layer_gain = layer, db(rng.uniform(-16, -3))
        self.pool = [i for i, item in enumerate(self.items) if item[2] in self.variants]
        self.cache = {}

    def stroke(self, rng, velocity):
        """-> (audio float32, its magnitudes at LOOKS, gain): the nearest layer, the rest made up by gain."""
        far = np.array([abs(self.items[i][0] - velocity) for i in self.pool]) + rng.uniform(0, .06, len(self.pool))
        k = self.pool[int(np.argmin(far))]
        layer, raw, _ = self.items[k]
        if k not in self.cache:
            x = raw.astype(np.float32) / 32768
            if self.ratio != 1:
                x = resample(x, self.ratio)
            if self.decay:
                x = x * np.exp(-np.arange(len(x), dtype=np.float32) / (self.decay * RATE))
            if self.layer is not None:
                x = x.copy()
                n = min(len(x), len(self.layer))
                x[:n] += self.layer[:n] * (self.layer_gain * rms(x[:HEAD]) / rms(self.layer[:HEAD]))
            alone = features.magnitudes(x[:LOOKS[-1] * HOP + WINDOW // 2])
            looks = [alone[i] if i < len(alone) else np.zeros(features.BANDS, np.float32) for i in LOOKS]
            self.cache[k] = x, np.stack(looks)
        gain = self.gain * np.clip((velocity / layer) ** 1.3, db(-26), db(6)) * db(rng.normal(0, .7))
        return *self.cache[k], gain


def second_sample(rng, kits, name):
    """A sample of the piece from any kit, float32, to be laid under another: a drum that no kit has. Or None."""
    if rng.random() > LAYERED:
        return None
    items = [item for i in rng.integers(0, len(kits), 3) for item in kits[i].samples.get(name, [])]
    if not items:
        return None
    return items[rng.integers(len(items))][1].astype(np.float32) / 32768


def choke(bus, sounding, start):
    """Fade out over 33 ms what a hi-hat still rings, `sounding` being its (first, last) sample."""
    end = sounding[1]
    tail = min(RATE // 30, end - start)
    if tail > 0:
        bus[start:start + tail] *= np.linspace(1, 0, tail, dtype=np.float32)
        bus[start + tail:end] = 0


def render_drums(rng, hits, kits, n):
    """Hits [(seconds, piece, velocity)] -> ({bus: audio (n,) float32}, [Strike]) on a kit chosen for this song."""
    sources, players = choose_sources(rng, kits, {piece for _, piece, _ in hits}), {}
    bus_db = {bus: rng.normal(0, 3.5) for bus in BUSES}
    buses, strikes, sounding = {}, [], None
    for t, piece, velocity in hits:
        if piece not in sources:
            continue
        if piece not in players:
            layer = second_sample(rng, kits, sources[piece][1])
            players[piece] = Player(rng, sources[piece], piece, bus_db[BUS_OF[piece]], layer)
        player = players[piece]
        x, bands, gain = player.stroke(rng, velocity)
        start = int(t * RATE)
        end = min(n, start + len(x))
        bus = buses.setdefault(BUS_OF[piece], np.zeros(n, np.float32))
        if piece in HATS:
            if sounding:
                choke(bus, sounding, start)
            sounding = (start, end)
        bus[start:end] += x[:end - start] * gain
        strikes.append(Strike(t, player.label, velocity, bands * gain))
    return buses, strikes
