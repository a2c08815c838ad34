"""What a studio does to sound: equalisers, rooms, compressors, saturation, codecs. Audio is (samples,) float32."""
import numpy as np
import scipy.fft
from scipy.signal import lfilter

from training.features import RATE

_POINTS = np.log2(np.array([20, 60, 150, 400, 1000, 2500, 6000, 12000, 22050]))
_GRID = np.geomspace(20, 22050, 800)


def db(x):
    """Decibels -> amplitude factor."""
    return 10 ** (x / 20)


def rms(x):
    """Root mean square, never quite zero."""
    return float(np.sqrt(np.mean(x ** 2)) + 1e-9)


class Equaliser:
    """A random smooth gain over frequency: points on a logarithmic axis, straight lines in between."""

    def __init__(self, rng, spread_db):
        self.points = rng.normal(0, spread_db, len(_POINTS))

    def gain(self, hz):
        """Frequencies in Hz -> amplitude factors float32."""
        if len(hz) > 4 * len(_GRID):                             # a long spectrum: straight lines between fewer points
            return np.interp(hz, _GRID, self.gain(_GRID)).astype(np.float32)
        return db(np.interp(np.log2(np.maximum(hz, 20)), _POINTS, self.points)).astype(np.float32)


class Spectrum:
    """FFT of fixed size over a clip of `n` samples with half a second of room for tails."""

    def __init__(self, n):
        self.n = n
        self.size = scipy.fft.next_fast_len(n + RATE // 2, real=True)
        self.hz = np.fft.rfftfreq(self.size, 1 / RATE).astype(np.float32)

    def forward(self, x):
        return scipy.fft.rfft(x, self.size)

    def back(self, spectrum):
        return scipy.fft.irfft(spectrum, self.size)[:self.n]


def room(rng, spectrum, gated=False):
    """-> complex response of a made-up room (decaying noise, coloured). `gated`: cut off hard, as in the 1980s."""
    decay = rng.uniform(0.12, 0.9) if rng.random() < .85 else rng.uniform(.9, 2)      # seconds to -60 dB
    length = rng.uniform(.08, .3) if gated else min(decay, 1.4) * .7
    t = np.arange(int(length * RATE))
    impulse = rng.standard_normal(len(t)).astype(np.float32) * np.exp(-6.9 * t / ((3 if gated else decay) * RATE))
    before = np.zeros(int(rng.uniform(0.001, .02) * RATE), np.float32)
    response = spectrum.forward(np.r_[before, impulse / np.sqrt((impulse ** 2).sum())].astype(np.float32))
    low_pass = 1 / (1 + (spectrum.hz / rng.uniform(3000, 14000)) ** 2)
    return response * Equaliser(rng, 5).gain(spectrum.hz) * low_pass


def compress(rng, x, amount):
    """Feed-forward compressor on a 1 ms envelope; `amount` 0..1."""
    hop = RATE // 1000
    envelope = np.abs(x[:len(x) // hop * hop]).reshape(-1, hop).max(1)
    a = np.exp(-1 / rng.uniform(40, 250))
    level = 20 * np.log10(np.maximum(envelope, lfilter([1 - a], [1, -a], envelope)) + 1e-4)
    threshold = np.percentile(level, 95) - 18 * amount
    reduction = -np.maximum(level - threshold, 0) * (1 - 1 / rng.uniform(2, 8)) * amount
    a = np.exp(-1 / rng.uniform(1, 20))
    reduction = lfilter([1 - a], [1, -a], reduction)
    at = np.arange(len(reduction)) * hop + hop / 2
    return x * np.interp(np.arange(len(x)), at, db(reduction)).astype(np.float32)


def saturate(x, amount):
    """Soft clipping with 0..18 dB of drive (`amount` 0..1); the peak stays."""
    peak = np.percentile(np.abs(x[::16]), 99.9) + 1e-6
    drive = db(18 * amount)
    return np.tanh(x / peak * drive) / np.tanh(drive) * peak


def narrow(rng, x, spectrum):
    """A codec's steep low-pass and now and then a small loudspeaker's missing bass."""
    h = 1 / (1 + (spectrum.hz / rng.uniform(9000, 17000)) ** 24)
    if rng.random() < .3:
        h = h * (1 - 1 / (1 + (np.maximum(spectrum.hz, 1) / rng.uniform(30, 150)) ** 4))
    return spectrum.back(spectrum.forward(x) * h.astype(np.float32))


def resample(x, ratio, length=None):
    """Play `x` `ratio` times faster by linear interpolation (pitch and tempo move together)."""
    n = int((len(x) - 1) / ratio) if length is None else length
    return np.interp(np.arange(n) * ratio, np.arange(len(x)), x, right=0).astype(np.float32)
