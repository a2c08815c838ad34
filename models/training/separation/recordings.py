"""Recordings -> bands and clips to learn from:  python3 -m training separate --music MUSIC --pool POOL --demucs demucs.npz

Takes the excerpts in MUSIC/excerpts/manifest.json apart with HTDemucs and writes into POOL, file by file as they are done:

    real-<n>.npz, .json        the band without its drums; with its beats where they are sure, and with what the listener
                               hears in the drums, for kits to play it again
    recorded-<n>.npz           the recording itself and its drums over its band, with labels where they are sure

An excerpt is known by the hash of its samples: what exists is kept. --without-gpl leaves out music under the GPL. The
weights come from `pack-demucs`. On a GPU (--device cuda) an excerpt of 40 s takes well under a second.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import soundfile
import torch
from scipy.signal import resample_poly

from training import features, paths
from training.audibility import LOOKS
from training.data.shards import Band, DrumClip, rise, write_bands, write_clips
from training.features import FPS, RATE
from training.network.model import load
from training.separation import demucs, teacher, weights
from training.separation.graph import Graph

REAL = 10_000           # first id of the bands
SECONDS = 16.0          # of a clip
LEAK = .05              # of a recording's hits that are heard without its drums too: above this its band is no backing for others
AGREE = .9              # between decoders of the beats, and of their steadiness, for beats to be sure


def read(path):
    """-> (2, samples) float32 at RATE"""
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    x = np.repeat(x, 2, 1) if x.shape[1] == 1 else x[:, :2]
    return (x.T if rate == RATE else resample_poly(x.T, RATE // 300, rate // 300, axis=1)).astype(np.float32)


def frames_of(x, device):
    """features.listen on a device: audio (samples,) -> (frames, BANDS) float32 on the host."""
    x = torch.from_numpy(features.loudness_normalise(x)).to(device)
    padded = torch.nn.functional.pad(x, (features.WINDOW // 2, features.WINDOW // 2))
    windows = padded.unfold(0, features.WINDOW, features.HOP) * torch.from_numpy(features.HANN).to(device)
    bands = torch.fft.rfft(windows).abs() @ torch.from_numpy(features.FILTERBANK).to(device)
    return torch.log10(1 + features.SCALE * bands).cpu().numpy()


class Ears:
    """A listener on a device: features (frames, BANDS) -> activations and velocities."""

    def __init__(self, path, device):
        self.net, self.device = load(path).eval().to(device), device

    @torch.no_grad()
    def __call__(self, x):
        return [torch.sigmoid(y[0]).cpu().numpy() for y in self.net(torch.from_numpy(x[None]).to(self.device))]


def take_apart(number, excerpt, mix, drums, listen, device):
    """One excerpt, (2, samples) and its drums -> Band, [DrumClip]"""
    mono = lambda x: np.ascontiguousarray(x.mean(0))
    x = {name: frames_of(mono(a), device) for name, a in (("mix", mix), ("drums", drums), ("rest", mix - drums))}
    trust = excerpt["beat_confidence"] or {}
    known = bool(trust) and trust["agreement"] >= AGREE and trust["steadiness"] >= AGREE and len(excerpt["beats"]) > 8
    band = Band(REAL + number, x["rest"], "real")
    if known:
        times, numbers = np.array(excerpt["beats"]).T
        band.beats, band.per_bar, band.first = times.tolist(), int(numbers.max()), int(numbers[0]) - 1
    if not excerpt["has_drums"]:
        return band, []
    hits, sure = teacher.labels(listen(x["mix"]), listen(x["drums"]), known)
    if teacher.leak(listen(x["rest"]), hits) > LEAK:
        band.source = "recorded"                                 # drums that are still heard must not be taught as silence
    band.hits = [(h["time"], teacher.PIECES[int(e[1])], h["velocity"]) for h, e in zip(hits, teacher.events(hits))]
    return band, list(_clips(band, x, teacher.events(hits), sure, excerpt["beats"] if known else None))


def _clips(band, x, events, sure, beats):
    """Windows of the drums over their band, and of the recording as it is."""
    n = int(SECONDS * FPS)
    linear = (10 ** x["drums"] - 1) / features.SCALE
    for first in range(0, len(x["mix"]) - n + 1, n // 2):
        start = first / FPS
        mine = [e for e in events if start <= e[0] < start + SECONDS]
        own = rise(linear, [e[0] for e in mine], LOOKS) if mine else np.zeros((0, len(LOOKS), features.BANDS))
        local = [(t - start, p, v, 1) for t, p, v, _ in mine]
        counted = None if beats is None else [(t - start, b) for t, b in beats if start <= t < start + SECONDS]
        own = np.log10(1 + features.SCALE * own)
        for name, of in (("drums", (band.id, (float(first), 1.0))), ("mix", (-1, (0.0, 1.0)))):
            yield DrumClip(x[name][first:first + n], local, own, counted, "recorded", *of, sure[first:first + n])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--music", type=Path, required=True)
    ap.add_argument("--pool", type=Path, required=True)
    ap.add_argument("--demucs", type=Path, required=True)
    ap.add_argument("--teacher", type=Path, default=paths.MODELS / "listener.onnx")
    ap.add_argument("--without-gpl", action="store_true")
    ap.add_argument("--part", default="0/1", help="this process's share of the excerpts")
    ap.add_argument("--skip", type=int, default=0, help="excerpts at the start of the manifest")
    ap.add_argument("--limit", type=int)
    ap.add_argument("--device", default="cpu")
    a = ap.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    excerpts = json.loads((a.music / "excerpts/manifest.json").read_text())
    part, parts = map(int, a.part.split("/"))
    model, constants = weights.unpack(a.demucs)
    graph, listen = Graph(model, a.device, constants), Ears(a.teacher, a.device)
    for number, excerpt in list(enumerate(excerpts))[a.skip:a.limit][part::parts]:
        path = a.pool / f"real-{number:04d}.npz"
        if path.exists() or (a.without_gpl and excerpt["gpl"]):
            continue
        mix = read(a.music / "excerpts" / excerpt["file"])
        band, clips = take_apart(number, excerpt, mix, demucs.drums(graph, mix, a.device), listen, a.device)
        write_bands(path, [band])
        if clips:
            write_clips(a.pool / f"recorded-{number:04d}.npz", clips)
        print(f"{number}: {excerpt['package']} {excerpt['title']}: {len(band.hits)} hits", flush=True)


if __name__ == "__main__":
    main()
