"""Drum kits made of one-shots: loading, and choosing which sample answers for which piece."""
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import soundfile

from training.data.sounds.lazy import levels_of
from training.features import RATE
from training.pieces import BUSES, FROM_SAMPLES, TOMS

LONGEST = int(4.0 * RATE)       # samples kept of a tail
# Where a kit lacks a piece. The label becomes the piece that is heard, toms excepted: those are tuned instead.
STAND_IN = {"hihatHalfOpen": ["hihatOpen"], "hihatOpen": ["hihatHalfOpen"], "hihatPedal": ["hihatClosed"],
            "rideBell": ["ride"], "rimshot": ["snare"], "splash": ["crash"], "china": ["crash"],
            "tomHigh": ["tomMid", "tomLow", "tomFloor"], "tomMid": ["tomLow", "tomHigh", "tomFloor"],
            "tomLow": ["tomFloor", "tomMid", "tomHigh"], "tomFloor": ["tomLow", "tomMid", "tomHigh"]}
TOM_PITCH = {"tomHigh": 4, "tomMid": 0, "tomLow": -3, "tomFloor": -5}      # semitones


class Kit:
    """samples[piece] = [(velocity 0..1, int16 audio, variant)]; level[piece] = RMS of a full stroke's first 60 ms."""

    def __init__(self, folder):
        info = json.loads((folder / "kit.json").read_text())
        self.id, self.samples = info["id"], {}
        for s in info["samples"]:
            x, rate = soundfile.read(folder / s["file"], dtype="float32", frames=LONGEST)
            if rate != RATE or x.ndim != 1 or len(x) < 200:
                raise ValueError(f"{folder / s['file']}: wants {RATE} Hz mono of at least 200 samples")
            fade = min(len(x), 2000)
            x[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
            piece = FROM_SAMPLES[s["piece"]]
            brush = "brush " if s.get("articulation") == "brush" else ""
            self.samples.setdefault(piece, []).append(
                (float(s["velocity"]), (x * 32767).astype(np.int16), brush + s.get("variant", "")))
        self.level = levels_of(self.samples)
        # Acoustic kits with many layers are chosen more often than drum machines with one sample a piece.
        self.weight = (1 if info.get("character") == "electronic" else 3) * min(3, 1 + len(info["samples"]) / 40)


def load_kits(folder, keep=lambda kit_id: True):
    """All kits below `folder` whose id `keep` accepts."""
    folders = [p.parent for p in sorted(folder.glob("*/kit.json")) if keep(p.parent.name)]
    with ThreadPoolExecutor() as threads:                        # decoding goes on outside Python
        return list(threads.map(Kit, folders))


def choose_sources(rng, kits, wanted=frozenset()):
    """-> piece -> (kit, piece played there, pitch in semitones, label), for one song that plays the pieces `wanted`.

    Half of the songs play one kit, half take each bus from one of two; for a bus with wanted pieces that the kit lacks,
    every other song turns to a kit that has them all. Otherwise a missing piece is stood in for by a related one;
    failing that another kit lends it.
    """
    weights = np.array([k.weight for k in kits])
    order = [kits[i] for i in rng.choice(len(kits), len(kits), replace=False, p=weights / weights.sum())]
    main, second = order[:2]
    mixed = rng.random() < 0.5
    sources = {}
    for pieces in BUSES.values():
        first = second if mixed and rng.random() < 0.5 else main
        if rng.random() < 0.5:
            first = next((kit for kit in [first, *order] if wanted & set(pieces) <= kit.samples.keys()), first)
        for piece in pieces:
            found = ((kit, name) for kit in [first, *order] for name in [piece, *STAND_IN.get(piece, [])]
                     if name in kit.samples)
            kit, name = next(found, (None, None))
            if kit is not None:
                tune = TOM_PITCH[piece] - TOM_PITCH[name] if piece in TOMS else 0
                sources[piece] = (kit, name, tune, piece if piece in TOMS else name)
    return sources
