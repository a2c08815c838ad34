"""Hits on a grid of beats: what the counter sees. `processor/track/beat-grid.ts` computes the same."""
import numpy as np

SLOTS = 12              # a beat is divided into: sixteenths and triplets both fall on them
CHANNELS = {"kick": ["kick"], "snare": ["snare", "rimshot", "clap"], "stick": ["sideStick"],
            "hat": ["hihatClosed", "hihatPedal"], "open": ["hihatOpen", "hihatHalfOpen"], "ride": ["ride", "rideBell"],
            "crash": ["crash", "splash", "china"], "tom": ["tomHigh", "tomMid", "tomLow", "tomFloor"]}
CHANNEL_OF = {piece: i for i, pieces in enumerate(CHANNELS.values()) for piece in pieces}
WIDTH = SLOTS * len(CHANNELS) + 1
USUAL_BPM = 110


def on_grid(times, at, channel, velocity):
    """Beats at `times` (n,), hits at the times `at` -> (n, WIDTH) float32.

    Of each beat, slot by slot, the strongest stroke of each channel, 0 for none; and last the tempo around it, in
    octaves from USUAL_BPM. `times` and `at` are seconds; hits further than half a slot before the first beat or a beat
    after the last one are left out.
    """
    times = np.asarray(times, float)
    steps = np.diff(times)
    steps = np.r_[steps, steps[-1]]
    out = np.zeros((len(times), WIDTH), np.float32)
    beat = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 1)
    slot = beat * SLOTS + np.floor((at - times[beat]) / steps[beat] * SLOTS + .5).astype(int)
    ok = (slot >= 0) & (slot < len(times) * SLOTS)
    cells = out[:, :-1].reshape(len(times), SLOTS, -1)          # a view
    strokes = np.zeros((len(times) * SLOTS, len(CHANNELS)), np.float32)
    np.maximum.at(strokes, (slot[ok], channel[ok]), velocity[ok])
    cells[:] = strokes.reshape(cells.shape)
    out[:, -1] = np.log2(60 / np.maximum(steps, .05) / USUAL_BPM)
    return out
