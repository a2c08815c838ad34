"""Kits without end: every parameter of every drum drawn at random, synthesised when it is first played."""
import numpy as np

from training.data.synthesis.cymbals import cymbal, hat
from training.data.synthesis.degrade import cheapen
from training.data.synthesis.kicks import kick
from training.data.sounds.lazy import Lazy, levels_of, one_shot
from training.data.synthesis.modal import unit
from training.data.synthesis.percussion import cowbell, other, tambourine
from training.data.synthesis.rooms import small_room
from training.data.synthesis.snares import clap, side_stick, snare
from training.data.synthesis.toms import tom
from training.pieces import BUS_OF, BUSES, CYMBALS, HATS, OTHER, PIECES, TOMS

STYLES = {"acoustic": .38, "electronic": .44, "chip": .18}
STRANGER = .15          # share of buses in another style than the kit's
CHEAP = {"acoustic": .12, "electronic": .25, "chip": .8}         # share of kits degraded
ROOMY = {"acoustic": .75, "electronic": .2, "chip": 0}           # share of kits with a room in the samples
LAYERS = {"acoustic": [(.3, .65, 1.0), (.45, 1.0)], "electronic": [(1.0,), (.5, 1.0)], "chip": [(1.0,)]}
TOO_LONG = {*CYMBALS, "hihatOpen", "hihatHalfOpen"}              # ring longer than the rooms do

_MAKERS = {"kick": kick, **dict.fromkeys(["snare", "rimshot"], snare), "sideStick": side_stick,
           **dict.fromkeys(HATS, hat), **dict.fromkeys(TOMS, tom), **dict.fromkeys(CYMBALS, cymbal),
           "cowbell": cowbell, "tambourine": tambourine, "clap": clap}
_ALL = [*PIECES, OTHER]
# Pieces that are one instrument: they draw their parameters from the same seed.
_INSTRUMENT = {**{p: p for p in _ALL}, **dict.fromkeys(HATS, HATS[0]), **dict.fromkeys(TOMS, TOMS[0]), "rimshot": "snare"}


class SyntheticKit:
    """A kit as kits.Kit is one, of sounds that are computed; a function of `seed` alone."""

    def __init__(self, seed):
        rng = np.random.default_rng([seed, 0])
        self.id, self.weight, self.seed = f"synthetic-{seed}", 1.0, seed
        self.style = str(rng.choice(list(STYLES), p=list(STYLES.values())))
        self.styles = {bus: str(rng.choice(list(STYLES))) if rng.random() < STRANGER else self.style for bus in BUSES}
        self.layers = LAYERS[self.style][rng.integers(len(LAYERS[self.style]))]
        self.takes = int(rng.integers(1, 4)) if self.style == "acoustic" else 1
        self.cheap = cheapen(rng) if rng.random() < CHEAP[self.style] else None
        self.room = small_room(rng) if rng.random() < ROOMY[self.style] else None
        self.samples = Lazy(_ALL, self._synthesise)
        self.level = levels_of(self.samples)

    def _synthesise(self, piece):
        """-> [(velocity, int16 audio, variant)]"""
        rng = np.random.default_rng([self.seed, 1, _ALL.index(_INSTRUMENT[piece])])
        style = self.styles[BUS_OF[piece]]
        takes = np.random.default_rng([self.seed, 2, _ALL.index(piece)])
        if piece == OTHER:
            return [(1.0, self._take(takes, hit, 1.0, piece), name) for name, hit in other(rng, style).items()]
        hit = _MAKERS[piece](rng, piece, style)
        return [(velocity, self._take(takes, hit, velocity, piece), "") for velocity in self.layers
                for _ in range(self.takes)]

    def _take(self, rng, hit, velocity, piece):
        x = unit(hit(rng, velocity).astype(np.float32))
        if self.room and piece not in TOO_LONG:
            x = unit(self.room(x))
        if self.cheap:
            x = self.cheap(x)
        return one_shot(x, velocity ** 1.3 * 10 ** (rng.normal(0, .5) / 20))


def synthetic_kit(rng):
    """A new kit; its sounds are a function of what `rng` draws here."""
    return SyntheticKit(int(rng.integers(2 ** 62)))
