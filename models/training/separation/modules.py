"""Tracker modules taken apart -> bands and clips to learn from:  python3 -m training module-clips --music MUSIC --pool POOL

Reads what `modules` wrote: drums and backing of each module as sound, every hit with its exact time. Writes modules.npz,
modules.json (the backings as bands, with their beats and drum parts) and module-clips.npz (the drums) into POOL.
--without-gpl leaves out modules under the GPL.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import soundfile

from training import features
from training.audibility import LOOKS
from training.data.shards import Band, DrumClip, rise, write_bands, write_clips
from training.features import FPS
from training.pieces import ACTIVATIONS, FINE_OF, GROUP_OF, PIECES

MODULES = 20_000        # first id of the bands
SECONDS, STEP = 16.0, 12.0
UNSURE = 4              # frames about a moment of doubt


def frames_of(path):
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != features.RATE:
        raise ValueError(f"{path}: wants {features.RATE} Hz")
    return features.listen(x.mean(1))


def trusted(unsure, frames):
    """Moments [{"time", "piece" or None}] -> (frames, ACTIVATIONS) of 0 and 1; without a piece none is trusted there."""
    sure = np.ones((frames, len(ACTIVATIONS)), np.uint8)
    for moment in unsure:
        n = int(round(moment["time"] * FPS))
        near = slice(max(0, n - UNSURE), n + UNSURE + 1)
        fine = FINE_OF.get(moment["piece"])
        names = {fine, GROUP_OF.get(moment["piece"], fine)} if fine else ACTIVATIONS[:-2]
        sure[near, [ACTIVATIONS.index(name) for name in names]] = 0
    return sure


def clips(number, entry, x):
    """The drums of one module, features (frames, BANDS), in windows."""
    n, linear = int(SECONDS * FPS), (10 ** x - 1) / features.SCALE
    sure = trusted(entry["unsure"], len(x))
    hits = [h for h in entry["hits"] if h["piece"] in PIECES]
    for first in range(0, len(x) - n + 1, int(STEP * FPS)):
        start = first / FPS
        mine = [h for h in hits if start <= h["time"] < start + SECONDS]
        if len(mine) < 4:
            continue
        own = np.log10(1 + features.SCALE * rise(linear, [h["time"] for h in mine], LOOKS))
        beats = None if not entry["beats"] else [(t - start, b) for t, b in entry["beats"] if start <= t < start + SECONDS]
        yield DrumClip(x[first:first + n], [(h["time"] - start, PIECES.index(h["piece"]), h["velocity"], 1) for h in mine],
                       own, beats, "modules", MODULES + number, (float(first), 1.0), sure[first:first + n])


def band(number, entry, x):
    beats = entry["beats"] or []
    return Band(MODULES + number, x, "modules", [t for t, _ in beats], max((b for _, b in beats), default=4),
                beats[0][1] - 1 if beats else 0, [(h["time"], h["piece"], h["velocity"]) for h in entry["hits"]])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--music", type=Path, required=True)
    ap.add_argument("--pool", type=Path, required=True)
    ap.add_argument("--without-gpl", action="store_true")
    a = ap.parse_args()
    a.pool.mkdir(parents=True, exist_ok=True)
    entries = json.loads((a.music / "modules/modules.json").read_text())
    bands, made = [], []
    for number, entry in enumerate(entries):
        if not (a.without_gpl and entry["gpl"]):
            bands.append(band(number, entry, frames_of(a.music / "modules" / entry["backing"])))
            made += clips(number, entry, frames_of(a.music / "modules" / entry["drums"]))
    write_bands(a.pool / "modules.npz", bands)
    write_clips(a.pool / "module-clips.npz", made)
    print(f"{len(bands)} modules, {len(made)} clips, {sum(len(c.events) for c in made)} hits")


if __name__ == "__main__":
    main()
