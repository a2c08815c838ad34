"""Trains the listener:  python3 -m training train --data DATA --out RUN --minutes 60 [--ranks 2] [--resume]

Run `prepare`, `accompany` and `render` first; rendering may go on while this runs, new shards are picked up. The learning rate
follows the clock (warm-up, then a cosine down to 2 %), so a run ends on time whatever the machine. On a CPU use one
rank a core: processes of one thread that average their gradients are faster than one process of many threads. On a GPU
use --device cuda and a larger --batch. RUN gets, at every report:

    last.pt              everything needed to go on: --resume continues from it (--minutes counts from the first start)
    weights-<step>.pt    the moving average of the weights alone, for `export` and `evaluate`
    progress.jsonl       one line a report: minutes, step, hours heard, loss, validation loss
"""
import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import smooth_l1_loss

from training.features import FPS
from training.network.dataset import Shards
from training.network.model import Listener
from training.pieces import FINE, GROUPS, UNGROUPED

# Of every output in the loss, and of its hits against its silence. Pieces outside the groups are rare and detected on
# their own, so they weigh more than the fine outputs that only tell the pieces of a group apart.
WEIGHT = torch.tensor([1.0] * len(GROUPS) + [1.0 if name in UNGROUPED else 0.5 for name in FINE] + [0.5, 0.5])
POSITIVE = torch.tensor([2.0] * len(GROUPS) + [4.0 if name in UNGROUPED else 2.0 for name in FINE] + [1.0, 2.0])
VELOCITY_WEIGHT = 0.1
EMA = 0.998


def loss_of(net, half, x, y, weight, velocity, mask):
    """Mean cross-entropy over all outputs that count, plus the error of velocities where hits are.

    half: multiply in bfloat16, half as long again on processors that can.
    """
    with torch.autocast(x.device.type, torch.bfloat16, enabled=half):
        logits, loudness = net(x)
    logits, loudness = logits.float(), loudness.float()
    hits = bce(logits, y, weight=weight * WEIGHT.to(y), pos_weight=POSITIVE.to(y))
    error = smooth_l1_loss(torch.sigmoid(loudness), velocity, beta=0.1, reduction="none")
    return hits + VELOCITY_WEIGHT * (error * mask).sum() / mask.sum().clamp(min=1)


def learning_rate(peak, step, done):
    """Warm-up over 200 steps, then a cosine over the share `done` of the time, down to 2 % of `peak`."""
    return peak * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, done))))


def average(ema, net, decay):
    """Exponential moving average of the weights; counters are copied."""
    with torch.no_grad():
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                ema[key].mul_(decay).add_(value, alpha=1 - decay)
            else:
                ema[key].copy_(value)


def meet(net, done, ranks):
    """Average the gradients (and the clocks) of all ranks; -> the common share of time gone by."""
    flat = torch.cat([torch.tensor([done]), *(p.grad.flatten() for p in net.parameters())])
    dist.all_reduce(flat)
    at = 1
    for p in net.parameters():
        p.grad.copy_(flat[at:at + p.numel()].view_as(p) / ranks)
        at += p.numel()
    return float(flat[0]) / ranks


class Validation:
    """Loss of the averaged weights on fixed crops of the held-out clips."""

    def __init__(self, folder, frames, device, clips=60):
        shards, self.device = Shards(folder, clips), device
        crops = [shards.crop(i, 0, frames) for i in range(min(clips, len(shards.clips)))]
        self.batches = [[torch.from_numpy(np.stack(a)) for a in zip(*crops[i:i + 12])] for i in range(0, len(crops), 12)]

    def __call__(self, net):
        net.eval()
        with torch.no_grad():
            return float(np.mean([float(loss_of(net, False, *(t.to(self.device) for t in b))) for b in self.batches]))


def run(rank, a):
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    if a.ranks > 1:
        dist.init_process_group("gloo", f"file://{a.out.resolve()}/meet", rank=rank, world_size=a.ranks)
    net = Listener().to(a.device)
    optimizer = torch.optim.AdamW(net.parameters(), lr=a.lr, weight_decay=1e-3)
    ema = {k: v.clone() for k, v in net.state_dict().items()}
    step, before, heard = 0, 0.0, 0.0                            # before: seconds of earlier runs; heard: of audio
    if a.resume:
        last = torch.load(a.out / "last.pt", map_location=a.device)
        net.load_state_dict(last["net"])
        optimizer.load_state_dict(last["optimizer"])
        ema, step, before, heard = last["ema"], last["step"], last["seconds"], last["heard"]
    rng = np.random.default_rng([a.seed, rank, step])
    shards, order, losses = Shards(a.data / "train"), [], []
    if rank == 0:
        shadow, validate = Listener().to(a.device), Validation(a.data / "validation", a.frames, a.device)
        parameters = sum(p.numel() for p in net.parameters())
        print(f"{len(shards.clips)} clips, {parameters} parameters, from step {step}", flush=True)

    def report(seconds):
        shadow.load_state_dict(ema)
        line = {"minutes": round(seconds / 60, 2), "step": step, "hours_heard": round(heard / 3600, 2),
                "clips": len(shards.clips), "loss": round(float(np.mean(losses)), 5),
                "validation": round(validate(shadow), 5), "learning_rate": optimizer.param_groups[0]["lr"]}
        with open(a.out / "progress.jsonl", "a") as f:
            f.write(json.dumps(line) + "\n")
        torch.save(ema, a.out / f"weights-{step:06d}.pt")
        torch.save({"net": net.state_dict(), "ema": ema, "optimizer": optimizer.state_dict(), "step": step,
                    "seconds": seconds, "heard": heard}, a.out / "last.tmp")
        os.replace(a.out / "last.tmp", a.out / "last.pt")
        print(json.dumps(line), flush=True)
        losses.clear()

    start = said = time.time()
    seconds = done = 0.0
    while done < 1:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(a.lr, step, done)
        net.train()
        x, *labels = (t.to(a.device) for t in shards.batch(rng, order, a.batch, a.frames))
        loss = loss_of(net, a.half, x, *labels)
        optimizer.zero_grad()
        loss.backward()
        seconds = before + time.time() - start
        done = seconds / (a.minutes * 60)
        if a.ranks > 1:
            done = meet(net, done, a.ranks)                      # so that all stop at the same step
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        step, heard = step + 1, heard + a.ranks * a.batch * a.frames / FPS
        average(ema, net, min(EMA, (step + 1) / (step + 20)))
        if rank == 0 and (done >= 1 or time.time() - said > a.report):
            report(seconds)
            said = time.time()
    if a.ranks > 1:
        dist.destroy_process_group()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--minutes", type=float, required=True, help="of the whole training, earlier runs included")
    ap.add_argument("--resume", action="store_true")
    ap.add_argument("--batch", type=int, default=8, help="crops a rank and step")
    ap.add_argument("--frames", type=int, default=1200, help="of a crop: 12 seconds")
    ap.add_argument("--lr", type=float, default=2.5e-3)
    ap.add_argument("--report", type=float, default=180, help="seconds between reports")
    ap.add_argument("--ranks", type=int, default=1, help="processes that average their gradients")
    ap.add_argument("--threads", type=int, default=1, help="of each rank")
    ap.add_argument("--half", action="store_true", help="multiply in bfloat16")
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    (a.out / "meet").unlink(missing_ok=True)
    if a.ranks > 1:
        torch.multiprocessing.spawn(run, (a,), a.ranks)
    else:
        run(0, a)


if __name__ == "__main__":
    main()
