"""The mean of several snapshots of one run:  python3 -m training average RUN/weights-*.pt --out RUN/mean.pt

Late snapshots of a run lie about one minimum; their mean is nearer to it than most of them (Izmailov et al.: Averaging
weights leads to wider optima and better generalization, UAI 2018).
"""
import argparse
from pathlib import Path

from training.network.model import load, save


def mean(snapshots):
    """State dictionaries of one network -> their mean; counters are those of the last."""
    return {key: sum(s[key] for s in snapshots) / len(snapshots) if value.dtype.is_floating_point else value
            for key, value in snapshots[-1].items()}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("weights", type=Path, nargs="+")
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    nets = [load(path) for path in sorted(a.weights)]
    nets[-1].load_state_dict(mean([net.state_dict() for net in nets]))
    save(nets[-1], a.out)


if __name__ == "__main__":
    main()
