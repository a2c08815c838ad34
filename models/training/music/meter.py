"""Beats of a module out of its rows, where kick and snare make the meter plain."""
import numpy as np

RATE = 44100
SLOWEST, FASTEST = 60, 200      # beats a minute
PLAIN = .6              # share of bars, and of snares, that must agree with the count


def beats_of(rows, labels):
    """-> [(frame, number in the bar)] in 4/4, or None where it is not plain.

    rows as `Module.rows` gives them. A bar is 4 beats of 2, 4 or 8 rows from every pattern's first row on. Plain means: most
    snares and claps fall on beats 2 and 4, and most bars that have kicks have one on their first beat.
    """
    frames = np.array([r[0] for r in rows])
    if len(frames) < 32:
        return None
    row_seconds = float(np.median(np.diff(frames))) / RATE
    for per_beat in (4, 8, 2):
        if SLOWEST <= 60 / (row_seconds * per_beat) <= FASTEST:
            places = _places(rows, per_beat * 4)
            if places is not None and _plain(frames, places, per_beat, labels):
                return [(int(f), int(p // per_beat) + 1) for f, p in zip(frames, places) if p % per_beat == 0]
    return None


def _places(rows, per_bar):
    """-> row of the bar of every row played; None where patterns do not hold whole bars."""
    places, begun = [], None
    for _, order, _, row, _, _ in rows:
        if order != begun:
            if places and (places[-1] + 1) % per_bar:
                return None
            begun, offset = order, row
        places.append((row - offset) % per_bar)
    return np.array(places)


def _plain(frames, places, per_beat, labels):
    def at(pieces):
        its = [h for h in labels if h.piece in pieces and h.sure and h.velocity > .4]
        nearest = [int(np.argmin(np.abs(frames - h.frame))) for h in its]
        return np.array(nearest, int)
    kicks, snares = at({"kick"}), at({"snare", "clap", "rimshot"})
    if len(kicks) < 8 or len(snares) < 8:
        return False
    backbeat = np.isin(places[snares], (per_beat, 3 * per_beat)).mean()
    bar = np.cumsum(places == 0)
    first = set(bar[kicks[places[kicks] == 0]])
    return backbeat >= PLAIN and len(first) / len(set(bar[kicks])) >= PLAIN
