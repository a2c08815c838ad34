"""Drums played to bands, without the bands:  python3 -m training play --data DATA --pool POOL --clips 20000

Kits sampled, morphed and synthesised play grooves, invented parts and the bands' own parts on the clocks of the bands in
POOL (`bands` puts them there), or on a clock of their own. Shards appear in POOL until --clips are made or --minutes are
over; training mixes them. A clip is a function of the seed, the process, the code and the material.
"""
import argparse
import json
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np

from training import features, paths
from training.audibility import LOOKS
from training.data import materials
from training.data.clip import bus_gains, desk
from training.data.parts.arrange import clean, electronic, on_timeline, own_clock, same_tempo
from training.data.parts.timeline import Timeline
from training.data.shards import DrumClip, write_clips
from training.data.sounds.effects import Spectrum, compress, rms, saturate
from training.data.sounds.mastering import drum_bus
from training.data.sounds.play import render_drums
from training.data.synthesis.choice import kits_for_clip
from training.data.synthesis.kit import SyntheticKit
from training.data.synthesis.renewed import RenewedKit
from training.features import RATE
from training.pieces import BUS_OF, OTHER, PIECES

OWN_CLOCK = .22         # share of clips that are played to no band
# Of the clips played to a band: share by the band's source, as far as there are any.
COMPANY = {"songs": .40, "electronic": .13, "real": .24, "recorded": .10, "modules": .13}
# Share that plays the band's own drum part, and how fast bands are played.
OWN_PART = {"songs": .45, "electronic": .8, "real": .5, "recorded": 1.0, "modules": .3}
SPEED = {"songs": (.87, 1.15), "electronic": (.87, 1.15), "real": (.9, 1.12), "recorded": (.9, 1.12), "modules": (.88, 1.14)}
MACHINES = .2           # share of the clips on their own clock that a machine plays


class Bands:
    """The notes of all bands of a folder that drums can be played to, read anew when files appear."""

    def __init__(self, folder):
        self.folder, self.known, self.by_source = folder, set(), {}

    def refresh(self):
        for path in sorted(self.folder.glob("*.json")):
            if path not in self.known and path.with_suffix(".npz").exists():
                self.known.add(path)
                for band in json.loads(path.read_text()):
                    if (len(band["beats"]) > 8 or len(band["hits"]) > 8) and band["seconds"] > 8:
                        self.by_source.setdefault(band["source"], []).append(band)

    def pick(self, rng):
        odds = {s: share for s, share in COMPANY.items() if self.by_source.get(s)}
        if not odds:
            return None
        of = self.by_source[str(rng.choice(list(odds), p=np.array(list(odds.values())) / sum(odds.values())))]
        return of[rng.integers(len(of))]


def arrange(rng, m, band, seconds):
    """-> hits, timeline or None, whether it is the band's own part, place (frame, speed) in the band."""
    speed = rng.uniform(*SPEED[band["source"]])
    begin = rng.uniform(0, max(.01, band["seconds"] - seconds * speed))
    local = lambda t: (t - begin) / speed
    timeline = None
    near = [i for i, t in enumerate(band["beats"]) if -4 < local(t) < seconds + 4]
    if len(near) > 4 and band["per_bar"] in (2, 3, 4, 5):
        timeline = Timeline([local(band["beats"][i]) for i in near], near[0] + band["first"], band["per_bar"])
    own = [(local(t), p, v) for t, p, v in band["hits"] if 0 <= local(t) < seconds]
    if len(own) > 4 and (timeline is None or rng.random() < OWN_PART[band["source"]]):
        flat = rng.uniform(.6, 1)
        hits = clean([(t + rng.normal(0, .004), p, min(1, v * rng.uniform(flat, 1.05))) for t, p, v in own], seconds)
        return hits, timeline, True, (begin * 100, speed)
    if timeline is None:
        return [], None, False, (begin * 100, speed)
    return on_timeline(rng, same_tempo(rng, m, timeline), timeline, seconds, m.fills), timeline, False, (begin * 100, speed)


def play(rng, m, bands, seconds):
    """One DrumClip: what is played, on which kit, over a mixing desk."""
    band = None if rng.random() < OWN_CLOCK else bands.pick(rng)
    source, place = "rendered", (0.0, 1.0)
    computed = band is not None and band["source"] in ("electronic", "modules")
    if band is None:
        computed = rng.random() < MACHINES
        part = (electronic if computed else own_clock)(rng, m, seconds)
        hits, timeline = part.hits, part.timeline
    else:
        hits, timeline, own, place = arrange(rng, m, band, seconds)
        if own and band["source"] in ("real", "recorded"):
            source = "replayed"
    kits = m.kits if m.as_sampled else kits_for_clip(rng, m.kits, computed)
    if source == "rendered":
        source = "synthesised" if isinstance(kits[0], SyntheticKit) else "morphed" if isinstance(kits[0], RenewedKit) else source
    n = int(seconds * RATE)
    buses, strikes = render_drums(rng, hits, kits, n)
    dry, equalisers, _ = desk(rng, buses, Spectrum(n))
    drums = dry
    if rng.random() < .5:
        drums = compress(rng, drums, rng.uniform(.2, 1))
    if rng.random() < .4:
        drums = saturate(drums, rng.uniform(0, .8))
    drums = drum_bus(rng, drums)
    gains = bus_gains(equalisers, rms(features.loudness_normalise(dry)) / max(rms(dry), 1e-6))
    strikes = [s for s in strikes if s.piece != OTHER]
    own = np.array([s.bands * gains[BUS_OF[s.piece]] for s in strikes], np.float32).reshape(-1, len(LOOKS), features.BANDS)
    return DrumClip(features.frames(features.loudness_normalise(np.asarray(drums, np.float32)))[:int(seconds * features.FPS)],
                    [(s.time, PIECES.index(s.piece), s.velocity, 1) for s in strikes],
                    np.log10(1 + features.SCALE * own), timeline.beats(seconds) if timeline else None, source,
                    -1 if band is None else band["id"], place)


def work(number, m, a, until):
    """Shards of one process."""
    os.nice(a.nice)
    bands, made, start = Bands(a.pool), 0, time.time()
    n = 0
    while made < a.clips / a.processes and time.time() < until:
        path = a.pool / f"rendered-{a.seed}-{number}-{n:04d}.npz"
        if not path.exists():
            bands.refresh()
            rng = np.random.default_rng([a.seed, number, n])
            clips = [play(rng, m, bands, a.seconds) for _ in range(a.shard)]
            write_clips(path, [c for c in clips if len(c.events)])
        made, n = made + a.shard, n + 1
    print(f"process {number}: {made} clips, {made * a.seconds / (time.time() - start):.0f} x real time", flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--pool", type=Path, required=True)
    ap.add_argument("--kits", type=Path, nargs="*", default=[], help="more folders of kits, such as MUSIC/module-kits")
    ap.add_argument("--split", choices=("train", "validation"), default="train")
    ap.add_argument("--held-out", nargs="*", default=materials.HELD_OUT, help="kits for validation only")
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--clips", type=int, default=10 ** 9)
    ap.add_argument("--minutes", type=float, default=10 ** 6)
    ap.add_argument("--shard", type=int, default=32, help="clips a file")
    ap.add_argument("--seconds", type=float, default=16.0)
    ap.add_argument("--processes", type=int, default=1)
    ap.add_argument("--nice", type=int, default=0)
    a = ap.parse_args()
    until = time.time() + a.minutes * 60
    a.pool.mkdir(parents=True, exist_ok=True)
    m = materials.load(a.training, a.data, a.split, a.held_out, drums_only=True, more_kits=a.kits)
    print(f"{len(m.kits)} kits, {len(m.grooves)} grooves, {len(m.fills)} fills", flush=True)
    context = multiprocessing.get_context("fork")                # kits are loaded once and shared
    processes = [context.Process(target=work, args=(i, m, a, until)) for i in range(a.processes)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()


if __name__ == "__main__":
    main()
