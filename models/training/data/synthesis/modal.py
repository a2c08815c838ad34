"""What struck things are made of: banks of damped modes, shaped noise, envelopes. Audio is (samples,) float32 at RATE."""
import numpy as np
import scipy.fft
from scipy.signal import lfilter
from scipy.special import jn_zeros, jv

from training.features import RATE

HIGHEST = 19000         # Hz; modes above are left out
# Zeros of the Bessel functions: (order, zero) of the modes of a circular membrane, lowest first.
_MEMBRANE = sorted(((zero, order) for order in range(9) for zero in jn_zeros(order, 6)))[:36]
MEMBRANE_HZ = np.array([zero for zero, _ in _MEMBRANE]) / _MEMBRANE[0][0]


def seconds_of(seconds):
    """Seconds -> samples."""
    return max(64, int(seconds * RATE))


def decay(seconds, n):
    """Exponential envelope (n,) that falls by 60 dB in `seconds`."""
    return np.exp(np.arange(n, dtype=np.float32) * (-6.91 / (max(seconds, 1e-3) * RATE)))


def attack(seconds, n):
    """Envelope (n,) that rises from 0 towards 1 with the time constant `seconds`."""
    return 1 - np.exp(np.arange(n, dtype=np.float32) * (-1 / (max(seconds, 1e-5) * RATE)))


class ModalBank:
    """Damped sines at `hz` (modes,), each `seconds` (modes,) long to -60 dB, of `length` seconds.

    z^(block * i + j) = (z^block)^i * z^j, so that a bank of hundreds of modes is one product of two small matrices.
    """

    def __init__(self, hz, seconds, length):
        hz, seconds = np.asarray(hz, float), np.asarray(seconds, float)
        self.heard = (hz > 15) & (hz < HIGHEST)
        exponent = (-6.91 / np.maximum(seconds, 1e-3) + 2j * np.pi * hz)[self.heard] / RATE
        self.n = seconds_of(length)
        block = int(np.sqrt(self.n)) + 1
        self.rows = np.exp(np.arange(0, self.n, block)[:, None] * exponent).astype(np.complex64)
        columns = np.exp(exponent[:, None] * np.arange(block)).astype(np.complex64)
        self.columns = np.concatenate([columns.real, -columns.imag])

    def __call__(self, amplitudes, phases=None):
        """Amplitudes (modes,) -> audio; without phases (modes,) every mode starts at zero."""
        turned = amplitudes * (-1j if phases is None else np.exp(1j * phases))
        rows = self.rows * turned[self.heard].astype(np.complex64)
        return (np.concatenate([rows.real, rows.imag], 1) @ self.columns).ravel()[:self.n]


def membrane(place):
    """Amplitudes of the modes at MEMBRANE_HZ for a hit at `place` (0 centre, 1 rim)."""
    return np.array([jv(order, zero * min(place, .97)) * (1 if order == 0 else 1.3) for zero, order in _MEMBRANE])


def soft_mallet(hz, limit):
    """What a mallet of so soft a head leaves of modes at `hz`: a low-pass of second order at `limit` Hz."""
    return 1 / (1 + (np.asarray(hz) / limit) ** 2)


def noise(rng, n, gain=None):
    """Gaussian noise (n,) of about unit RMS; `gain` maps Hz to amplitudes."""
    if gain is None:
        return rng.standard_normal(n, dtype=np.float32)
    size = scipy.fft.next_fast_len(n, real=True)
    bins = size // 2 + 1
    spectrum = rng.standard_normal(2 * bins, dtype=np.float32).view(np.complex64)
    spectrum *= gain(np.arange(bins, dtype=np.float32) * (RATE / size))
    x = scipy.fft.irfft(spectrum, size)[:n]
    return x / (np.sqrt(np.mean(x ** 2)) + 1e-9)


def band(low, high, order=2):
    """-> gain over Hz: Butterworth magnitudes, a high-pass at `low` and a low-pass at `high` (either None)."""
    def gain(hz):
        g = np.ones_like(hz)
        if low:
            g = g / np.sqrt(1 + (low / np.maximum(hz, 1)) ** (2 * order))
        if high:
            g = g / np.sqrt(1 + (hz / high) ** (2 * order))
        return g
    return gain


def biquad(x, kind, hz, q=.7, gain_db=0):
    """Bristow-Johnson's "Cookbook formulae for audio EQ": kind "low", "high", "band" or "peak"."""
    w = 2 * np.pi * min(hz, .47 * RATE) / RATE
    cos, alpha = np.cos(w), np.sin(w) / (2 * q)
    a = 10 ** (gain_db / 40)
    b = {"low": [(1 - cos) / 2, 1 - cos, (1 - cos) / 2], "high": [(1 + cos) / 2, -1 - cos, (1 + cos) / 2],
         "band": [alpha, 0, -alpha], "peak": [1 + alpha * a, -2 * cos, 1 - alpha * a]}[kind]
    denominator = [1 + alpha / a, -2 * cos, 1 - alpha / a] if kind == "peak" else [1 + alpha, -2 * cos, 1 - alpha]
    return lfilter(np.array(b, np.float32), np.array(denominator, np.float32), x).astype(np.float32)


def sweep(start, end, seconds, n, more=0, faster=8):
    """Phase (n,) in radians of a tone falling from `start` to `end` Hz; `more` Hz above start die `faster` times sooner."""
    t = np.arange(n, dtype=np.float64) / RATE
    fall = (start - end) * seconds * (1 - np.exp(-t / seconds))
    quick = seconds / faster
    return 2 * np.pi * (end * t + fall + more * quick * (1 - np.exp(-t / quick)))


def glide(x, semitones, seconds):
    """`x` starting `semitones` high and falling to its pitch within `seconds`, as a struck skin does."""
    if semitones < .05:
        return x
    t = np.arange(len(x), dtype=np.float64)
    ratio = 2 ** (semitones / 12) - 1
    at = t + ratio * seconds * RATE * (1 - np.exp(-t / (seconds * RATE)))
    return np.interp(at, t, x, right=0).astype(np.float32)


def drive(x, amount):
    """Soft clipping, 0..1; the peak stays."""
    if amount <= 0:
        return x
    peak = np.abs(x).max() + 1e-9
    gain = 10 ** (amount * 1.6)
    return np.tanh(x / peak * gain) * (peak / np.tanh(gain))


def unit(x):
    """`x` at a peak of 1."""
    return x / (np.abs(x).max() + 1e-9)


def add(x, y, at=0):
    """`y` added to `x` from sample `at` on, lengthening nothing."""
    n = min(len(y), len(x) - at)
    if n > 0:
        x[at:at + n] += y[:n]
    return x


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
