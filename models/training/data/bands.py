"""Backings that no band recorded, as features:  python3 -m training bands --data DATA --pool POOL

What `prepare` and `accompany` rendered, bands invented on the spot, stems and voices become files of bands in POOL (see
shards.py), to which `play` plays drums and with which training mixes them. A band knows its beats and its own drum part
where these are known. What exists is kept.
"""
import argparse
from pathlib import Path

import numpy as np

from training import features, paths
from training.data import backing, materials
from training.data.clip import add_company
from training.data.parts.arrange import electronic, own_clock
from training.data.shards import Band, write_bands
from training.data.sounds.effects import Spectrum
from training.data.sounds.mastering import backing_bus
from training.data.synthesis.band import ElectronicBand
from training.features import RATE

# First id of each kind; bands from recordings and modules have ids of their own.
SONGS, INVENTED, STEMS, VOICES, ELECTRONIC = 0, 2000, 4000, 5000, 6000
INVENTED_SECONDS = 20.0
VOICE_SECONDS = 30.0


def frames_of(audio):
    """Audio (samples,) -> features as a mix of usual loudness has them."""
    return features.frames(features.loudness_normalise(np.asarray(audio, np.float32)))


def songs(m, rng):
    """Rendered General MIDI songs and songs of MMA, with their own drum parts."""
    for i, song in enumerate(m.songs):
        audio = np.asarray(song["audio"], np.float32) / 32768
        if np.abs(audio).max() > 1e-3:
            audio = add_company(rng, m, audio, len(audio))
            yield Band(SONGS + i, frames_of(audio), "songs", song["beats"], song.get("per_bar", 4), 0, song["hits"])


def invented(m, rng, count):
    """Made-up bands around made-up or played drum parts, whose kicks the bass knows."""
    n = int(INVENTED_SECONDS * RATE)
    for i in range(count):
        part = own_clock(rng, m, INVENTED_SECONDS)
        kicks = [t for t, piece, _ in part.hits if piece == "kick"]
        audio = add_company(rng, m, backing.band(rng, m, part.timeline, kicks, n), n)
        line = part.timeline
        yield Band(INVENTED + i, frames_of(audio), "songs", list(line.times), line.per_bar, line.first, part.hits)


def synthesisers(m, rng, count):
    """Electronic bands around a machine's part."""
    n = int(INVENTED_SECONDS * RATE)
    spectrum = Spectrum(n)
    for i in range(count):
        part = electronic(rng, m, INVENTED_SECONDS)
        kicks = [t for t, piece, _ in part.hits if piece == "kick"]
        audio = add_company(rng, m, ElectronicBand(rng, part.timeline, kicks, n).play(), n)
        audio, line = backing_bus(rng, audio, kicks, spectrum, electronic=True), part.timeline
        yield Band(ELECTRONIC + i, frames_of(audio), "electronic", list(line.times), line.per_bar, line.first, part.hits)


def stems(m):
    """Real stems of a few songs, whose beats nobody knows: one band a stem, another of each song's sum."""
    number = STEMS
    for song in m.stems:
        length = max(len(s["audio"]) for s in song)
        total = np.zeros(length, np.float32)
        for s in song:
            audio = s["audio"].astype(np.float32) / 32768
            total[:len(audio)] += audio
            if np.abs(audio).max() > 1e-3:
                yield Band(number, frames_of(audio[:80 * RATE]), "songs")
                number += 1
        yield Band(number, frames_of(total[:120 * RATE]), "songs")
        number += 1


def voices(m, rng, count):
    """Nonsense in many voices, and singing."""
    n = int(VOICE_SECONDS * RATE)
    for i in range(count):
        yield Band(VOICES + i, frames_of(backing.voice(rng, m, n)), "songs")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--pool", type=Path, required=True)
    ap.add_argument("--split", choices=("train", "validation"), default="train")
    ap.add_argument("--invented", type=int, default=600)
    ap.add_argument("--electronic", type=int, default=250)
    ap.add_argument("--voices", type=int, default=20)
    a = ap.parse_args()
    a.pool.mkdir(parents=True, exist_ok=True)
    m = materials.load(a.training, a.data, a.split, materials.HELD_OUT)
    rng = np.random.default_rng([11, a.split == "validation"])
    for name, made in (("invented", invented(m, rng, a.invented)), ("electronic", synthesisers(m, rng, a.electronic)),
                       ("stems", stems(m)), ("voices", voices(m, rng, a.voices)), ("songs", songs(m, rng))):
        path = a.pool / f"bands-{name}.npz"
        if not path.exists():
            found = list(made)
            write_bands(path, found)
            print(f"{name}: {len(found)} bands, {sum(len(b.x) for b in found) / 360000:.1f} hours", flush=True)


if __name__ == "__main__":
    main()
