"""Renders what nobody trained on, to measure the whole pipeline:  python3 -m training perform --data DATA --out OUT

    OUT/groove    the Groove MIDI validation performances, at their own tempo, on kits that training never hears
    OUT/meters    clips of 40 s in several meters, half of them with a made-up band, many at a drifting tempo

of each NAME.flac and NAME.json: {"meter", "bpm" (of the beats that are counted), "beats": [{"time", "position"}],
"hits": [{"time", "piece", "velocity"}]}. What exists is kept. `npm run end-to-end` reads these folders.
"""
import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile

from training import paths
from training.data import materials
from training.data.backing import Band
from training.data.parts.arrange import on_timeline
from training.data.parts.grooves import midi_hits
from training.data.parts.invent import invent_groove
from training.data.parts.timeline import Timeline, steady
from training.data.materials import HELD_OUT
from training.data.sounds.effects import Equaliser, Spectrum, db, rms, room
from training.data.sounds.play import render_drums
from training.features import RATE, loudness_normalise
from training.pieces import FROM_TD11

TAIL = 1.5              # seconds after the last stroke
CLIP = 40.0             # seconds of a clip of OUT/meters
COUNTED = {"4-4": 4, "3-4": 3, "5-4": 5, "6-8": 2}      # beats a bar
METERS = {"4/4": 4, "3/4": 3, "6/8": 2, "5/4": 5, "7/8": 7}
BACKING_DB = (-9, 3)    # against the drums


@dataclass
class Take:
    """Hits [(seconds, piece, velocity)] on a clock; `seconds` of it are rendered."""
    hits: list
    timeline: Timeline
    meter: str
    seconds: float


def performance(row, folder):
    """A row of info.csv -> what was played, to the metronome it was played to. 6-8 is counted in dotted quarters."""
    per_bar = COUNTED[row["time_signature"]]
    beat = 60 / float(row["bpm"]) * (1.5 if row["time_signature"] == "6-8" else 1)
    hits = midi_hits(mido.MidiFile(folder / row["midi_filename"]), FROM_TD11)
    seconds = hits[-1][0] + TAIL
    clock = Timeline(np.arange(int(hits[-1][0] / beat + .5) + 1) * beat, 0, per_bar)
    return Take(hits, clock, row["time_signature"].replace("-", "/"), seconds)


def invented(rng, m, meter):
    """A played or an invented groove of this meter, on a clock that may drift."""
    while True:
        pattern = invent_groove(rng) if rng.random() < .6 else m.grooves[rng.integers(len(m.grooves))]
        if pattern.per_bar == METERS[meter] and divides_in_three(pattern) == (meter == "6/8"):
            break
    clock = steady(rng, pattern.bpm, pattern.per_bar, CLIP)
    fills = m.fills if pattern.per_bar == 4 else []
    return Take(on_timeline(rng, pattern, clock, CLIP, fills), clock, meter, CLIP)


def divides_in_three(pattern):
    """Whether the second third of a beat is struck: a compound meter rather than a shuffle."""
    thirds = np.array([t for t, _, _ in pattern.hits]) * 3
    return np.mean((thirds.round() % 3 == 1) & (abs(thirds - thirds.round()) < .15)) > .1


def sound(rng, take, kits, band=None):
    """Drums from a made-up room, a `band` (materials) behind them or not -> audio float32."""
    n = int(take.seconds * RATE)
    buses, _ = render_drums(rng, take.hits, kits, n)
    spectrum, dry = Spectrum(n), sum(buses.values())
    wet = 1 + db(rng.uniform(-26, -6)) * room(rng, spectrum)
    mix = spectrum.back(spectrum.forward(dry) * (wet * Equaliser(rng, 2).gain(spectrum.hz)))
    if band:
        kicks = [t for t, piece, _ in take.hits if piece == "kick"]
        back = Band(rng, band, take.timeline, kicks, n).play()
        mix = mix + back / rms(back) * rms(mix) * db(rng.uniform(*BACKING_DB))
    mix = loudness_normalise(mix.astype(np.float32))
    return mix / max(1, np.abs(mix).max() / .99)


def write(path, audio, take):
    """`path`.flac and, last, `path`.json."""
    soundfile.write(f"{path}.flac", audio, RATE)
    beats = take.timeline.beats(take.seconds)
    Path(f"{path}.json").write_text(json.dumps({
        "meter": take.meter, "bpm": 60 / take.timeline.beat_seconds,
        "beats": [{"time": t, "position": position} for t, position in beats],
        "hits": [{"time": t, "piece": piece, "velocity": velocity} for t, piece, velocity in take.hits]}))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--data", type=Path, required=True, help="where `prepare` wrote")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--split", default="validation")
    ap.add_argument("--clips", type=int, default=12, help="of each meter")
    a = ap.parse_args()
    for folder in ("groove", "meters"):
        (a.out / folder).mkdir(parents=True, exist_ok=True)
    m = materials.load(a.training, a.data, a.split, HELD_OUT)
    grooves = a.training / "midi/groove"
    for row in csv.DictReader(open(grooves / "info.csv")):
        path = a.out / "groove" / Path(row["midi_filename"]).with_suffix("").as_posix().replace("/", "-")
        if row["split"] == a.split and row["time_signature"] in COUNTED and not Path(f"{path}.json").exists():
            rng = np.random.default_rng([0, *path.name.encode()])
            take = performance(row, grooves)
            write(path, sound(rng, take, m.kits), take)
    for meter in METERS:
        for i in range(a.clips):
            path = a.out / "meters" / f"{meter.replace('/', '-')}-{i:02d}"
            if not Path(f"{path}.json").exists():
                rng = np.random.default_rng([1, *path.name.encode()])
                take = invented(rng, m, meter)
                write(path, sound(rng, take, m.kits, m if i % 2 else None), take)


if __name__ == "__main__":
    main()
