#!/usr/bin/env python3
"""Prints evidence on which sample of a module is which drum:  python3 -m training survey MODULE...

For every instrument that is struck in the first 90 s: number, name, strikes, pitches, places in a bar of 16 rows, seconds to
-20 dB, shares of power below 120, 400, 2000, 6000 Hz and above, flatness, and what the listener hears in it alone. The
decisions that were made with it are in `module_pieces.json`.
"""
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from training.music import solo
from training.music.hearing import Listener
from training.music.notes import strikes
from training.music.tracker import Module

SECONDS = 90
MELODIC = 9             # more pitches than this make a melody, no drum


def describe(module, instrument, its, listener):
    """-> one line on an instrument with its strikes."""
    pitches, rows = Counter(s.note for s in its), Counter(s.row % 16 for s in its)
    name = module.names[instrument] if instrument < len(module.names) else "?"
    line = f"  {instrument:3} {name[:22]:22} n={len(its):4} pitches={dict(pitches.most_common(4))}"
    if len(pitches) > MELODIC:
        return line + " melodic"
    audio = module.render(SECONDS, {instrument})
    found = [(solo.rise(audio, s.frame), i) for i, s in enumerate(its)]
    clear = [(r[0], i) for r, i in found if r[2] >= solo.RISE_DB]
    if not clear:
        return line + " no clear hit"
    use = clear[:24]
    ends = [its[i + 1].frame if i + 1 < len(its) else len(audio) for _, i in use]
    decays = [solo.decay(audio, f, min(end, f + 3 * solo.RATE)) for (f, _), end in zip(use, ends)]
    shares, flatness, centroid = solo.spectrum(audio, [f for f, _ in use])
    like = solo.resemblance(listener.activations(audio)[0], [f for f, _ in use])
    return (f"{line} clear={len(clear)} rows={[r for r, _ in rows.most_common(5)]} decay={np.max(decays):.2f} "
            f"bands={'/'.join(f'{s * 100:.0f}' for s in shares)} flat={flatness:.2f} {centroid:.0f} Hz "
            + " ".join(f"{k}:{v:.2f}" for k, v in like))


def main():
    listener = Listener()
    for path in map(Path, sys.argv[1:]):
        module = Module(path)
        rows = module.rows(SECONDS)
        played = strikes(module, rows)
        print(f"{path.name} {module.title!r} {module.seconds:.0f} s, {module.channels} channels", flush=True)
        for instrument, _ in Counter(s.instrument for s in played).most_common():
            print(describe(module, instrument, [s for s in played if s.instrument == instrument], listener), flush=True)


if __name__ == "__main__":
    main()
