#!/usr/bin/env python3
"""Cuts one excerpt out of every track:  python3 -m training excerpts --music MUSIC [--count 60]

Reads MUSIC/tracks.json (`collect.py`). The listener hears up to 2.5 minutes of a track; its densest 40 s of drums, or of
a track without a kit its loudest, become MUSIC/excerpts/<hash>.flac (44.1 kHz stereo, named after the samples' sha256).
GrooveSheet itself (`cli/groovesheet.mjs transcribe`) then finds hits and beats. MUSIC/excerpts/manifest.json is rewritten
after every batch and a later run goes on where the last one stopped. Tracks are taken in turn from all packages, within a
package from all authors, so that any first part of the manifest is as mixed as the whole.
"""
import argparse
import hashlib
import json
import re
import subprocess
import tempfile
from itertools import zip_longest
from pathlib import Path

import numpy as np
import soundfile

from training.features import FPS
from training.music.hearing import RATE, Listener, beat_confidence, read_audio
from training.network import decode
from training.paths import REPOSITORY
from training.pieces import ACTIVATIONS

SECONDS = 40
HEARD = 150             # seconds of a track that are looked at
SURE = .6               # confidence of a hit that counts for the density
KIT = {"KD": .25, "rest": .6}   # sure kicks, and sure hits of snare, hats and cymbals a second, that make a kit
NO_KIT = .12            # sure kicks and snares a second, at most, of a track without one
BATCH = 10


def in_turn(tracks):
    """The recordings in an order that goes round packages, and inside a package round authors; quicker takes of the
    same piece (`_fast`) come last."""
    def key(t):
        return bool(re.search(r"_(f|fast)$", Path(t["file"]).stem)), hashlib.sha256(t["sha256"].encode()).hexdigest()

    def interleave(lists):
        return [t for row in zip_longest(*lists) for t in row if t is not None]

    packages = {}
    for t in sorted((t for t in tracks if t["kind"] == "recording"), key=key):
        packages.setdefault(t["package"], {}).setdefault(t["author"], []).append(t)
    return interleave([interleave(list(authors.values())) for authors in packages.values()])


def densest(weights, frames):
    """First frame of the window of `frames` frames with the greatest sum; weights by frame."""
    total = np.r_[0, np.cumsum(weights)]
    if len(weights) <= frames:
        return 0
    return int(np.argmax(total[frames:] - total[:-frames]))


def kit_rates(hits, start, seconds):
    """-> sure hits a second by group in a window."""
    inside = [h for h in hits if start <= h["time"] < start + seconds and h["confidence"] >= SURE]
    return {g: sum(h["group"] == g for h in inside) / seconds for g in ("KD", "SD", "TT", "HH", "CY")}


def is_kit(rates):
    """Whether there is a kit for sure: kicks, which a bass can be taken for, and more than kicks."""
    return rates["KD"] >= KIT["KD"] and rates["SD"] + rates["HH"] + rates["CY"] >= KIT["rest"]


def choose(audio, activations, hits):
    """What is heard of a track -> (start in seconds, has_drums True, False or None where it is not plain, rates)."""
    drums = np.zeros(len(activations))
    for h in hits:
        if h["confidence"] >= SURE and h["group"] in ("KD", "SD", "HH", "CY", "TT"):
            drums[min(int(h["time"] * FPS), len(drums) - 1)] += {"KD": 1.5, "SD": 1.5}.get(h["group"], 1) * h["confidence"]
    whole = len(audio) / RATE
    overall = kit_rates(hits, 0, whole)
    if overall["KD"] + overall["SD"] < NO_KIT and overall["HH"] < 2 * NO_KIT:
        level = np.sqrt((audio[:len(audio) // 882 * 882].reshape(-1, 1764) ** 2).mean(1))
        start = densest(level, SECONDS * 50) / 50
        return start, False, kit_rates(hits, start, min(SECONDS, whole))
    start = densest(drums, SECONDS * FPS) / FPS
    rates = kit_rates(hits, start, min(SECONDS, whole))
    return start, is_kit(rates) or None, rates


def transcribe(files, folder):
    """-> {file stem: performance of GrooveSheet} of a batch of files; those that fail are missing."""
    subprocess.run(["node", str(REPOSITORY / "cli/groovesheet.mjs"), "transcribe", *map(str, files), "--out", str(folder),
                    "--formats", "json", "--separation", "off", "--device", "cpu", "--quiet"], check=False)
    found = {}
    for path in Path(folder).rglob("*.json"):
        content = json.loads(path.read_text())
        if "beats" in content:
            found[next(f.stem for f in files if f.stem in path.name)] = content
    return found


def cut(track, listener, folder):
    """One track -> (its entry without hits and beats, what the listener answers), with the sound written; None if undecodable."""
    try:
        audio = read_audio(track["path"], seconds=HEARD)
    except subprocess.CalledProcessError:
        return None
    heard = listener.activations(audio)
    start, has_drums, rates = choose(audio, heard[0], listener.hits(*heard))
    audio = audio[int(start * RATE):][:SECONDS * RATE]
    peak = float(np.abs(audio).max(initial=0))
    samples = np.round(np.clip(audio / max(1.0, peak), -1, 1) * 32767).astype(np.int16)
    name = hashlib.sha256(samples.tobytes()).hexdigest()[:16]
    soundfile.write(folder / f"{name}.flac", samples, RATE, subtype="PCM_16")
    keep = ("package", "version", "title", "author", "copyright", "licence", "share_alike", "gpl")
    entry = {"file": f"{name}.flac", "track": track["sha256"], "source": track["file"], **{k: track[k] for k in keep},
             "start": round(start, 3), "seconds": round(len(samples) / RATE, 3), "has_drums": has_drums,
             "rates": {k: round(v, 3) for k, v in rates.items()}}
    first = round(start * FPS)
    return entry, [part[first:first + SECONDS * FPS] for part in heard]


def finish(entry, heard, performance, listener):
    """Hits and beats into an entry: GrooveSheet's, or where it refuses a recording without drums the listener's own with
    the reference decoder of beats. heard: (activations, velocity)."""
    if performance is None:
        beat, downbeat = (heard[0][:, ACTIVATIONS.index(name)] for name in ("beat", "downbeat"))
        performance = {"beats": [{"time": b["time"], "position": b["beat"]} for b in decode.beats(beat, downbeat)],
                       "hits": listener.hits(*heard), "model": f"listener {listener.contract['version']}, decode.py"}
    beats = [[round(b["time"], 4), b["position"]] for b in performance["beats"]]
    entry["beats"], entry["beat_confidence"] = beats, beat_confidence(heard[0], beats)
    if "tempo" not in performance:                              # nothing to agree with
        entry["beat_confidence"] |= {"agreement": 0.0, "downbeat_agreement": 0.0}
    entry |= {k: performance.get(k) for k in ("tempo", "meter", "model")}
    entry["hits"] = [[round(h["time"], 4), h["piece"], round(h["velocity"], 3), round(h["confidence"], 3)]
                     for h in performance["hits"]]
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--count", type=int, default=400, help="excerpts with or without a kit, at most")
    parser.add_argument("--no-gpl", action="store_true")
    args = parser.parse_args()
    folder = args.music / "excerpts"
    folder.mkdir(exist_ok=True)
    manifest = folder / "manifest.json"
    done = json.loads(manifest.read_text()) if manifest.exists() else []
    skipped = {e["track"] for e in done}
    wanted = [t for t in in_turn(json.loads((args.music / "tracks.json").read_text()))
              if t["sha256"] not in skipped and not (args.no_gpl and t["gpl"])]
    listener = Listener()
    while wanted and len(done) < args.count:
        batch, wanted = wanted[:BATCH], wanted[BATCH:]
        made = [m for m in (cut(t, listener, folder) for t in batch) if m]
        with tempfile.TemporaryDirectory() as scratch:
            heard = transcribe([folder / e["file"] for e, _ in made], scratch)
        done += [finish(e, own, heard.get(Path(e["file"]).stem), listener) for e, own in made]
        manifest.with_suffix(".part").write_text(json.dumps(done, ensure_ascii=False))
        manifest.with_suffix(".part").replace(manifest)
        print(f"{len(done)} excerpts, {sum(e['has_drums'] is True for e in done)} with a kit, "
              f"{sum(e['has_drums'] is False for e in done)} without", flush=True)


if __name__ == "__main__":
    main()
