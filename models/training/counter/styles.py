"""Drum parts of songs in the styles of MMA: country to samba, swing to rave, of which no data set of performances has enough."""
import json
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from training.data.accompany import all_styles, play, pulses

SONGS = 640             # tried; some styles have no drums, or a meter that is not counted
FEWEST_HITS = 20


def style_songs(data):
    """-> [{"style", "per_bar", "beats" (seconds), "hits"}]; made once, DATA/styles.json. Needs Debian's package mma."""
    path = data / "styles.json"
    if not path.exists():
        styles = all_styles()
        order = np.random.default_rng(0).permutation(np.tile(np.arange(len(styles)), SONGS // len(styles) + 1))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            songs = pool.map(lambda n: song(np.random.default_rng([9, n]), styles[order[n]]), range(SONGS))
            path.write_text(json.dumps([s for s in songs if s]))
    return json.loads(path.read_text())


def song(rng, style):
    """-> a song's drum part, None where there is none"""
    made = play(style, rng)
    if not made:
        return None
    midi, hits = made
    beats = pulses(style, midi)
    if not beats or len(hits) <= FEWEST_HITS:
        return None
    return {"style": style.path.stem, "per_bar": style.pulses, "beats": beats, "hits": hits}
