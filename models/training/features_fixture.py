"""Writes the parity fixture of the features:  python3 -m training features-fixture [FOLDER]

FOLDER (default: tests/fixtures/features of the repository) gets

    signal.f32     1.5 s of mono audio at 44.1 kHz, raw little-endian float32
    features.f32   features.listen(signal): frames x bands, row by row, raw little-endian float32
    shape.json     the sizes and constants needed to read them

A run time whose features differ from these by more than float32 rounding is not the one the network was trained for.
"""
import json
import sys
from pathlib import Path

import numpy as np

from training import features, paths
from training.features import RATE

DEFAULT = paths.REPOSITORY / "tests/fixtures/features"


def signal(seconds=1.5):
    """Three sines (one per region of the spectrum), a chirp of 50 Hz to 15 kHz and four clicks. Deterministic."""
    t = np.arange(int(seconds * RATE)) / RATE
    x = 0.20 * np.sin(2 * np.pi * 62.5 * t) + 0.10 * np.sin(2 * np.pi * 441 * t + 1) + 0.02 * np.sin(2 * np.pi * 9000 * t)
    sweep = np.log(15000 / 50)
    x += 0.10 * np.sin(2 * np.pi * 50 * seconds / sweep * (np.exp(t / seconds * sweep) - 1))
    for at, level in ((0.10, 0.9), (0.40, -0.5), (0.755, 0.25), (1.30, -0.05)):
        x[int(at * RATE)] += level
    x[int(1.0 * RATE):int(1.1 * RATE)] = 0                       # and a hole: silence between sounds
    return x.astype("<f4")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    folder.mkdir(parents=True, exist_ok=True)
    x = signal()
    y = features.listen(x).astype("<f4")
    x.tofile(folder / "signal.f32")
    y.tofile(folder / "features.f32")
    shape = {"sampleRate": RATE, "samples": len(x), "frames": len(y), "bands": features.BANDS, "fps": features.FPS,
             "window": features.WINDOW, "hop": features.HOP, "scale": features.SCALE, "loudness": features.LOUDNESS,
             "dtype": "float32 little-endian", "order": "frame by frame"}
    (folder / "shape.json").write_text(json.dumps(shape, indent=2) + "\n")
    print(f"{folder}: {shape['frames']} frames x {shape['bands']} bands")


if __name__ == "__main__":
    main()
