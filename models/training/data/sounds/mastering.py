"""What makes a mix a record: side chains, limiters, clipping, parallel distortion, width folded to mono, codecs."""
import numpy as np
import scipy.fft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from training.data.sounds.effects import db, rms, saturate
from training.features import RATE

CODEC = 1024            # coefficients of a codec's frame
_SINE = np.sin(np.pi * (np.arange(2 * CODEC) + .5) / (2 * CODEC)).astype(np.float32)
_BARKS = np.unique(np.round(np.geomspace(4, CODEC, 26)).astype(int))


def drum_bus(rng, x):
    """What is done to the drums of a mix alone."""
    if rng.random() < .15:
        x = parallel(rng, x)
    if rng.random() < .15:
        x = limit(rng, x)
    return clip_peaks(rng, x) if rng.random() < .12 else x


def backing_bus(rng, x, kicks, spectrum, electronic=False):
    """What is done to all that is not drums; `kicks` (seconds) duck most electronic backings and a few others."""
    if rng.random() < .2:
        x = fold(rng, x, spectrum)
    if rng.random() < (.6 if electronic else .08):
        x = pump(rng, x, kicks)
    return x


def master_bus(rng, x):
    """The whole mix, loud as records are, at times through a codec."""
    if rng.random() < .35:
        x = limit(rng, x)
    if rng.random() < .1:
        x = clip_peaks(rng, x)
    return codec(rng, x) if rng.random() < .2 else x


def pump(rng, x, times):
    """`x` ducked at `times` (seconds of the kicks) by 3 to 24 dB, back within 60 to 400 ms."""
    depth, release = rng.uniform(3, 24), rng.uniform(.06, .4)
    shape, early = rng.uniform(.6, 2), rng.uniform(0, .008)
    hop = RATE // 500
    frames = np.arange(len(x) // hop + 2) * hop / RATE
    times = np.asarray([-9, *times], float) - early
    last = np.searchsorted(times, frames, "right") - 1
    since = frames - times[last]
    gain = db(-depth * np.clip(1 - since / release, 0, 1) ** shape)
    gain = uniform_filter1d(gain, 3)
    return x * np.interp(np.arange(len(x)), frames * RATE, gain).astype(np.float32)


def limit(rng, x):
    """A look-ahead limiter driven by 3 to 15 dB: peaks are held down, what is soft comes up."""
    hop = 64
    peak = np.abs(x[:len(x) // hop * hop]).reshape(-1, hop).max(1)
    ceiling = np.percentile(peak, 99.5) * db(-rng.uniform(3, 15)) + 1e-6
    wanted = np.minimum(1, ceiling / np.maximum(maximum_filter1d(peak, 5), 1e-6))
    release = max(3, int(rng.uniform(.01, .2) * RATE / hop))
    gain = np.minimum(uniform_filter1d(-maximum_filter1d(-wanted, release), release), wanted)
    return x * np.interp(np.arange(len(x)), np.arange(len(gain)) * hop + hop / 2, gain).astype(np.float32)


def clip_peaks(rng, x):
    """Peaks cut off hard, 1 to 8 dB of them."""
    ceiling = np.percentile(np.abs(x[::8]), 99.9) * db(-rng.uniform(1, 8)) + 1e-6
    return np.clip(x, -ceiling, ceiling)


def parallel(rng, x):
    """A distorted copy below the clean sound."""
    wet = saturate(x, rng.uniform(.6, 1))
    return x + wet * np.float32(db(rng.uniform(-14, -2)) * rms(x) / rms(wet))


def fold(rng, x, spectrum):
    """Width folded to mono: copies a few milliseconds late, in or out of phase, comb the sound."""
    h = np.ones(len(spectrum.hz), np.complex64)
    for _ in range(int(rng.integers(1, 3))):
        delay, gain = rng.uniform(.0002, .02), rng.uniform(-.8, .8)
        h += gain * np.exp((-2j * np.pi * delay) * spectrum.hz).astype(np.complex64)
    return spectrum.back(spectrum.forward(x) * h)


def codec(rng, x):
    """An imitation of MP3, Vorbis or Opus at 24 to 96 kbit/s: the lapped transform of each frame is quantised by bands.

    Steps grow with a band's level (noise to mask) and towards the treble; weak bands vanish; a low-pass; pre-echo.
    """
    noise_db = rng.uniform(-26, -10)                             # of the quantiser against the band
    cut = int(CODEC * rng.uniform(7000, 17000) / (RATE / 2))
    frames = len(x) // CODEC + 2
    padded = np.pad(x, (CODEC, (frames + 1) * CODEC - len(x)))[:(frames + 1) * CODEC].astype(np.float32)
    y = _lapped(np.lib.stride_tricks.sliding_window_view(padded, 2 * CODEC)[::CODEC] * _SINE)
    y[:, cut:] = 0
    floor = np.sqrt(np.mean(y ** 2)) * db(rng.uniform(-60, -30))
    edges = _BARKS[:-1]
    widths = np.diff(np.r_[edges, CODEC])
    level = np.sqrt(np.add.reduceat(y[:, edges[0]:] ** 2, edges - edges[0], axis=1) / widths)
    coarser = np.linspace(.3, rng.uniform(1, 4), len(edges)).astype(np.float32)
    step = np.repeat(np.maximum(level * coarser * np.float32(db(noise_db) * 3.46), floor), widths, axis=1)
    y[:, edges[0]:] = np.round(y[:, edges[0]:] / step) * step
    windows = _unlapped(y) * _SINE
    out = np.zeros((frames + 1, CODEC), np.float32)
    out[:-1] += windows[:, :CODEC]
    out[1:] += windows[:, CODEC:]
    return out.ravel()[CODEC:CODEC + len(x)]


def _lapped(windows):
    """Windows (frames, 2 CODEC) -> MDCT (frames, CODEC): folded to half, then a cosine transform of type IV."""
    a, b, c, d = np.split(windows, 4, axis=1)
    folded = np.concatenate([-c[:, ::-1] - d, a - b[:, ::-1]], 1)
    return scipy.fft.dct(folded, type=4, norm="ortho", axis=1)


def _unlapped(y):
    """The inverse, to be windowed and overlapped."""
    folded = scipy.fft.dct(y, type=4, norm="ortho", axis=1)
    first, second = np.split(folded, 2, axis=1)
    return np.concatenate([second, -second[:, ::-1], -first[:, ::-1], -first], 1)
