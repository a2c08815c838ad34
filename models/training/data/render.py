"""Renders whole mixes on held-out kits, to calibrate and measure by:  python3 -m training render --data DATA --clips 160

Run `prepare` and `accompany` first. A seed always gives the same clips. Shards go to

    DATA/<split>/<seed>-<n>.npy    features (clips, frames, 84) float16. And beside it
    DATA/<split>/<seed>-<n>.npz    events, rows (clip, seconds, index into PIECES, velocity 0..1, audible 0 or 1)
                                   beats, rows (clip, seconds, number in the bar from 1)
                                   counted, (clips,): whether the beats of the clip are known

Finished shards are kept, so an interrupted run goes on with the next one. What is trained on comes from `play`.
"""
import argparse
import os
import time
from pathlib import Path

import numpy as np
import soundfile

from training import features, paths
from training.data import materials
from training.data.clip import make_clip
from training.pieces import PIECES



def write_shard(path, rng, m, clips, seconds, wav=None):
    """Render `clips` clips into `path`.npy and .npz; the .npz appears last and marks the shard as finished."""
    n_frames = int(seconds * features.FPS)
    x = np.empty((clips, n_frames, features.BANDS), np.float16)
    events, beats, counted = [], [], np.zeros(clips, bool)
    for i in range(clips):
        clip = make_clip(rng, m, seconds)
        x[i] = features.frames(clip.audio)[:n_frames]
        if wav is not None:
            soundfile.write(wav / f"{path.name}-{i}.wav", np.clip(clip.audio, -1, 1), features.RATE)
        events += [(i, t, PIECES.index(piece), v, heard) for t, piece, v, heard in clip.events]
        if clip.beats is not None:
            beats += [(i, t, number) for t, number in clip.beats]
            counted[i] = True
        elif not clip.events:
            counted[i] = True                                    # no drums, no beat: nothing to count
    np.save(f"{path}.npy", x)
    np.savez(f"{path}.tmp.npz", events=np.array(events, np.float32).reshape(-1, 5),
             beats=np.array(beats, np.float32).reshape(-1, 3), counted=counted)
    os.replace(f"{path}.tmp.npz", f"{path}.npz")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--split", choices=("train", "validation"), default="validation")
    ap.add_argument("--held-out", nargs="*", default=materials.HELD_OUT, help="kits for validation only")
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--clips", type=int, default=1000)
    ap.add_argument("--shard", type=int, default=40, help="clips a file")
    ap.add_argument("--seconds", type=float, default=16.0)
    ap.add_argument("--wav", type=Path, help="also write the audio here, to listen to")
    a = ap.parse_args()
    out = a.data / a.split
    out.mkdir(parents=True, exist_ok=True)
    m = materials.load(a.training, a.data, a.split, a.held_out)
    print(f"{len(m.kits)} kits, {len(m.grooves)} grooves, {len(m.fills)} fills, {len(m.songs)} songs", flush=True)
    start, rendered = time.time(), 0
    for n in range(a.clips // a.shard):
        path = out / f"{a.seed}-{n:04d}"
        if not path.with_suffix(".npz").exists():
            write_shard(path, np.random.default_rng([a.seed, a.split == "validation", n]), m, a.shard, a.seconds,
                        a.wav)
            rendered += a.shard
            speed = rendered * a.seconds / (time.time() - start)
            print(f"{(n + 1) * a.shard} clips, {speed:.1f} x real time", flush=True)


if __name__ == "__main__":
    main()
