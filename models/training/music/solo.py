"""What a module's single instrument sounds like alone: where its hits rise, how loud, how it decays, what it resembles."""
import numpy as np

from training import features
from training.pieces import ACTIVATIONS, FINE

RATE = features.RATE
HOP = 22                # samples (0.5 ms) of the envelope
EARLY, LATE = .004, .030        # seconds before and after a note-on within which its rise is looked for
RISE_DB = 9             # a hit is louder by this than what sounded just before it
BANDS_HZ = [0, 120, 400, 2000, 6000, 22050]


def envelope(audio):
    """Mean of the channels' magnitudes, the maximum of every HOP samples."""
    mono = np.abs(audio).max(1) if audio.ndim == 2 else np.abs(audio)
    return mono[:len(mono) // HOP * HOP].reshape(-1, HOP).max(1)


def rise(audio, frame):
    """-> (frame at which the sound after a note-on reaches 10 % of its first peak, that peak, rise in dB).

    The first peak is the maximum of the 30 ms after the note-on. The rise is against the loudest of the 4 ms before.
    """
    start = max(0, frame - int(EARLY * RATE))
    piece = np.abs(audio[frame:frame + int(LATE * RATE)])
    piece = piece.max(1) if piece.ndim == 2 else piece
    if not len(piece) or piece.max() < 1e-5:
        return frame, 0.0, -np.inf
    peak = float(piece.max())
    before = float(np.abs(audio[start:frame]).max(initial=0))
    at = frame + int(np.argmax(piece >= .1 * peak))
    return at, peak, float(20 * np.log10(peak / max(before, 1e-6)))


def decay(audio, frame, until):
    """Seconds from the peak until the envelope stays 20 dB under it, at most up to `until` (the next note-on)."""
    e = envelope(audio[frame:max(until, frame + HOP)])
    if not len(e) or e.max() <= 0:
        return 0.0
    top = int(np.argmax(e))
    loud = np.flatnonzero(e[top:] > .1 * e.max())
    return float(loud[-1] * HOP / RATE) if len(loud) else 0.0


def spectrum(audio, frames, seconds=.12):
    """-> (shares of power in BANDS_HZ, flatness 0..1 above 400 Hz, centroid in Hz), mean over the hits at `frames`."""
    n = int(seconds * RATE)
    power = np.zeros(n // 2 + 1)
    for f in frames:
        piece = audio[f:f + n].mean(1) if audio.ndim == 2 else audio[f:f + n]
        power += np.abs(np.fft.rfft(piece * np.hanning(2 * n)[n:][:len(piece)], n)) ** 2
    hz = np.fft.rfftfreq(n, 1 / RATE)
    total = power.sum() + 1e-12
    shares = [float(power[(hz >= a) & (hz < b)].sum() / total) for a, b in zip(BANDS_HZ, BANDS_HZ[1:])]
    high = power[(hz > 400) & (hz < 12000)] + 1e-12
    return shares, float(np.exp(np.log(high).mean()) / high.mean()), float((hz * power).sum() / total)


def resemblance(activations, frames):
    """-> [(output, mean activation)] of the listener within 30 ms of the hits, the three strongest first."""
    at = [int(round(f / RATE * features.FPS)) for f in frames]
    names = [*FINE, "KD", "SD", "TT", "HH", "CY"]
    top = {name: float(np.mean([activations[max(0, a - 3):a + 4, ACTIVATIONS.index(name)].max(initial=0) for a in at]))
           for name in names}
    return sorted(top.items(), key=lambda item: -item[1])[:5]
