"""Sampled kits made new: each drum towards the same drum of another kit, with other formants, decay and room."""
import numpy as np
import scipy.fft
from scipy.ndimage import uniform_filter

from training.data.sounds.lazy import Lazy, levels_of, one_shot
from training.data.synthesis.modal import attack, band, decay, log_uniform, noise
from training.data.synthesis.rooms import small_room
from training.features import RATE
from training.pieces import BUS_OF, CYMBALS, HATS, OTHER, PIECES

WINDOW, HOP = 1024, 512
WIN = np.sqrt(np.hanning(WINDOW + 1)[:-1]).astype(np.float32)
LONGEST = {"cymbal": 2.4, "hat": 1.6}                            # seconds by bus; others 1.2
TAKES = 5
MORPHED, ROOMY, BUZZING, REFORMED, REDECAYED = .65, .4, .3, .5, .4
LIMIT = 3.5             # largest gain of a morph, natural logarithm of amplitude (30 dB)


def _spectra(x, frames):
    x = np.pad(x, (HOP, WINDOW))[:HOP * (frames + 1)]
    x = np.pad(x, (0, HOP * (frames + 1) - len(x)))
    windows = np.lib.stride_tricks.sliding_window_view(x, WINDOW)[::HOP]
    return scipy.fft.rfft(windows * WIN, axis=1)


def _audio(spectra, n):
    windows = scipy.fft.irfft(spectra, WINDOW, axis=1).astype(np.float32) * WIN
    out = np.zeros((len(windows) + 1, HOP), np.float32)
    out[:-1] += windows[:, :HOP]
    out[1:] += windows[:, HOP:]
    return out.ravel()[HOP:HOP + n]


def _envelope(spectra):
    """Natural logarithm of magnitudes, smoothed over 60 ms and 400 Hz."""
    return np.log(uniform_filter(np.abs(spectra), (3, 9), mode="nearest") + 1e-5)


def morph(x, y, share, formant=1.0):
    """`x` with its spectral envelope moved in every frame by `share` towards that of `y` (None: stays), then stretched.

    The fine structure stays that of `x`. formant: factor by which the mean envelope moves up in frequency.
    """
    frames = len(x) // HOP + 1
    spectra = _spectra(x, frames)
    own = _envelope(spectra)
    gain = np.zeros_like(own)
    if y is not None:
        y = y * (np.sqrt(np.mean(x[:2646] ** 2)) / (np.sqrt(np.mean(y[:2646] ** 2)) + 1e-6))
        gain = np.clip(share * (_envelope(_spectra(y, frames)) - own), -2 * LIMIT, LIMIT)
    if formant != 1:
        mean = (own + gain)[:12].mean(0)
        bins = np.arange(len(mean))
        gain = gain + np.clip(np.interp(bins / formant, bins, mean) - mean, -1.6, 1.6)
    return _audio(spectra * np.exp(gain), len(x))


class RenewedKit:
    """A kit as kits.Kit is one: `kit` moved towards others of `kits`; a function of these and `seed`."""

    def __init__(self, kit, kits, seed):
        self.id, self.weight = f"{kit.id}-{seed}", kit.weight
        self.kit, self.kits, self.seed = kit, kits, seed
        self.samples = Lazy(kit.samples, self._renew)
        self.level = levels_of(self.samples)

    def _renew(self, piece):
        rng = np.random.default_rng([self.seed, [*PIECES, OTHER].index(piece)])
        kind = np.random.default_rng(self.seed)                  # one room for the whole kit
        room = small_room(kind) if kind.random() < ROOMY and piece not in CYMBALS else None
        seconds = LONGEST.get(BUS_OF[piece], 1.2)
        partner = self._partner(rng, piece) if rng.random() < MORPHED else None
        share, formant = rng.uniform(.2, 1), 2 ** rng.uniform(-.35, .35) if rng.random() < REFORMED else 1
        shorter = log_uniform(rng, .1, 1.5) if rng.random() < REDECAYED and piece not in HATS else 0
        buzz = 10 ** rng.uniform(-2.5, -1.2) * (rng.random() < BUZZING and BUS_OF[piece] in ("kick", "tom"))
        return [(velocity, self._take(rng, x, velocity, partner, seconds, share, formant, shorter, buzz, room), variant)
                for velocity, x, variant in self._chosen(rng, piece)]

    def _chosen(self, rng, piece):
        """At most TAKES samples of one variant, two of them for hand percussion and crashes."""
        items = self.kit.samples[piece]
        names = sorted({variant for _, _, variant in items})
        few = set(rng.choice(names, min(len(names), 2 if piece in ("crash", OTHER) else 1), replace=False))
        items = sorted((item for item in items if item[2] in few), key=lambda item: item[0])
        if len(items) <= TAKES:
            return items
        step = len(items) / TAKES
        return [items[int((i + rng.random()) * step)] for i in range(TAKES - 1)] + items[-1:]

    def _partner(self, rng, piece):
        """Another kit's samples of the piece, or None."""
        able = [kit for kit in self.kits if piece in kit.samples and kit is not self.kit]
        return able[rng.integers(len(able))].samples[piece] if able else None

    def _take(self, rng, raw, velocity, partner, seconds, share, formant, shorter, buzz, room):
        peak = np.abs(raw).max() / (32767 * .9)
        x = raw[:int(seconds * RATE)].astype(np.float32) / 32768
        if partner or formant != 1:
            near = min(partner, key=lambda item: abs(item[0] - velocity))[1] if partner else None
            y = None if near is None else near[:len(x)].astype(np.float32) / 32768
            x = morph(x, y, share, formant)
        if shorter:
            x = x * decay(shorter, len(x))
        if buzz:                                                 # the snare's wires
            x = x + noise(rng, len(x), band(1500, 9000)) * decay(.3, len(x)) * attack(.004, len(x)) * (buzz * peak)
        return one_shot(room(x) if room else x, peak)
