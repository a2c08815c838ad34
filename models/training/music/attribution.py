#!/usr/bin/env python3
"""Prints whose music was used, as Markdown:  python3 -m training attribution --music MUSIC > ../music.md

From MUSIC/excerpts/manifest.json and MUSIC/modules/modules.json: every piece by package with title, author and licence.
"""
import argparse
import json
import re
from collections import defaultdict
from pathlib import Path


def short(author):
    """An author without mail addresses; of a long list of holders the first four."""
    names = [re.sub(r"\s*<[^>]*>", "", name) for name in author.split(" / ")]
    return " / ".join(names[:4]) + (" and others" if len(names) > 4 else "")


def listing(pieces):
    """pieces [{"package", "version", "title", "source", "author", "licence"}] -> lines of Markdown."""
    packages = defaultdict(list)
    for piece in pieces:
        packages[f"{piece['package']} {piece['version']}"].append(piece)
    lines = []
    for package, its in sorted(packages.items()):
        lines += ["", f"**{package}**", ""]
        by_rights = defaultdict(list)
        for piece in its:
            by_rights[short(piece["author"]), piece["licence"]].append(piece["title"] or Path(piece["source"]).stem)
        lines += [f"- {author or 'no author named'}, {licence}: {', '.join(sorted(set(titles)))}"
                  for (author, licence), titles in sorted(by_rights.items())]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", type=Path, required=True)
    args = parser.parse_args()
    excerpts = json.loads((args.music / "excerpts/manifest.json").read_text())
    modules = json.loads((args.music / "modules/modules.json").read_text())
    pieces = excerpts + [{**m, "source": m["file"]} for m in modules]
    print("# Music in the training data\n")
    print(f"{len(excerpts)} excerpts of 40 s and {len(modules)} tracker modules out of Debian's packages, under the licences that "
          f"their `debian/copyright` states.\n{sum(p['gpl'] for p in pieces)} of them are under the GPL: the network's weights "
          "hold no part of them, and `--no-gpl` leaves them out.")
    print("\n".join(listing(pieces)))


if __name__ == "__main__":
    main()
