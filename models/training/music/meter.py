"""Beats of a module out of its rows, where kick and snare make the meter plain."""
import numpy as np

RATE = 44100
SLOWEST, FASTEST = 60, 200      # beats a minute
PLAIN = .6              # share of bars, and of snares, that must agree with the count
EVERY = .8              # share of kicks that lie on beats, and of beats that have one, where a kick marks every beat


def beats_of(rows, labels):
    """-> [(frame, number in the bar)] in 4/4, or None where it is not plain.

    rows as `Module.rows` gives them. A bar is 4 beats of 2, 4 or 8 rows from every pattern's first row on. Plain means: most
    snares and claps fall on beats 2 and 4, and most bars that have kicks have one on their first beat; or a kick marks
    every beat.
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
    """-> row of the bar of every row played; None where patterns do not hold whole bars. The first may be an upbeat."""
    starts = [i for i, r in enumerate(rows) if i == 0 or r[1] != rows[i - 1][1]]
    ends = [*starts[1:], len(rows)]
    if any((end - start) % per_bar for start, end in list(zip(starts, ends))[1:-1]):
        return None
    upbeat = -(ends[0] - starts[0]) % per_bar if len(starts) > 1 else 0
    return np.concatenate([(np.arange(end - start) + (upbeat if start == 0 else 0)) % per_bar
                           for start, end in zip(starts, ends)])


def _plain(frames, places, per_beat, labels):
    kicks, snares = _rows_of({"kick"}, frames, labels), _rows_of({"snare", "clap", "rimshot"}, frames, labels)
    if len(kicks) < 8:
        return False
    on_beat = set(kicks[places[kicks] % per_beat == 0])
    beats = np.flatnonzero(places[:kicks[-1] + 1] % per_beat == 0)
    if np.isin(kicks, list(on_beat)).mean() >= EVERY and len(on_beat) / len(beats) >= EVERY:
        return True
    if len(snares) < 8:
        return False
    bar = np.cumsum(places == 0)
    first = set(bar[kicks[places[kicks] == 0]])
    return np.isin(places[snares], (per_beat, 3 * per_beat)).mean() >= PLAIN and len(first) / len(set(bar[kicks])) >= PLAIN


def _rows_of(pieces, frames, labels):
    """Indices of the rows nearest to the loud, sure hits of some pieces."""
    its = [h.frame for h in labels if h.piece in pieces and h.sure and h.velocity > .4]
    return np.array([int(np.argmin(np.abs(frames - f))) for f in its], int)
