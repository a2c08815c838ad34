#!/usr/bin/env python3
"""Collects the free music of Debian's packages:  python3 -m training collect --out MUSIC [--no-gpl] [--debs DEBS]

Downloads each package with `apt-get download` (what lies in --debs already is taken from there), unpacks it below
MUSIC/unpacked, finds its music (also inside pk3 and zip archives), and writes MUSIC/tracks.json, an entry a file: path,
sha256, package, version, title, author, licence, share_alike, gpl, seconds, kind ("recording" or "module"). Licence and
author come from debian/copyright (`licences.py`) unless `credits.json`, which was written by reading, says more. What is
not free, too short or of unknown licence is listed in MUSIC/left-out.json with the reason. Prints a table by package.
"""
import argparse
import hashlib
import json
import subprocess
import zipfile
from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

from training.music import licences
from training.music.packages import ARCHIVES, AUDIO, MODULES, NEVER, RECORDINGS, TRACKER

SHORTEST = 25           # seconds of a recording that counts as music
CREDITS = json.loads((Path(__file__).parent / "credits.json").read_text())


def fetch(package, debs):
    """-> path of the package's .deb in the folder `debs`, downloaded if it is not there."""
    if package in NEVER:
        raise ValueError(f"{package} is kept for measuring")
    if not list(debs.glob(f"{package}_*.deb")):
        subprocess.run(["apt-get", "download", "-q", package], cwd=debs, check=True)
    return max(debs.glob(f"{package}_*.deb"))


def unpack(deb, folder):
    """The package's files, and those of the archives among them in folders of the archives' names."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg", "-x", deb, folder], check=True)
    for archive in [p for p in folder.rglob("*") if p.suffix.lower() in ARCHIVES and p.is_file()]:
        inside = archive.with_name(archive.name + ".unpacked")
        if not inside.exists() and zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as z:
                z.extractall(inside, [n for n in z.namelist() if Path(n).suffix.lower() in AUDIO | TRACKER])


def candidates(package, folder):
    """-> [(path, kind)] of what may be music in an unpacked package, in order of the paths."""
    found = []
    for path in sorted(folder.rglob("*")):
        inside, suffix = "/" + path.relative_to(folder).as_posix(), path.suffix.lower()
        if path.is_symlink() or not path.is_file():
            continue
        if suffix in TRACKER:
            found.append((path, "module"))
        elif suffix in AUDIO and any(fnmatchcase(inside, g) for g in RECORDINGS.get(package, [])):
            found.append((path, "recording"))
    return found


def probe(path):
    """-> (seconds, tags with lower-case names) as ffprobe reads them; 0 seconds where it cannot."""
    out = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_entries", "format=duration:format_tags:stream_tags",
                          path], capture_output=True, text=True)
    info = json.loads(out.stdout or "{}")
    tags = {}
    for part in [info.get("format", {}), *info.get("streams", [])]:
        tags |= {k.lower(): v for k, v in part.get("tags", {}).items()}
    return float(info.get("format", {}).get("duration", 0) or 0), tags


def rights(package, inside, parsed):
    """-> (Terms or None, author, reason where it is None) of a file of a package."""
    stated = licences.look_up(parsed, inside)
    author = stated["copyright"] if stated else ""
    for credit in CREDITS:
        if credit["package"] == package and fnmatchcase("/" + inside, credit["files"]):
            if credit["licence"] is None:
                return None, author, credit["why"]
            return licences.terms(credit["licence"]), credit.get("author", author), ""
    if stated is None:
        return None, author, "no licence found"
    terms = licences.terms(stated["licence"])
    return terms, author, "" if terms else f"licence not known as free: {stated['licence']}"


def describe(package, version, path, kind, folder, parsed):
    """-> (entry, None) or (None, reason) for one file."""
    inside = path.relative_to(folder).as_posix()
    terms, author, reason = rights(package, inside.replace(".unpacked/", "/"), parsed)
    if terms is None:
        return None, reason
    seconds, tags = probe(path) if kind == "recording" else (None, {})
    if kind == "recording" and seconds < SHORTEST:
        return None, f"{seconds:.0f} s long"
    said = " ".join(str(tags.get(k, "")) for k in ("license", "licence", "copyright", "comment", "description")).lower()
    if any(word in said for word in ("noncommercial", "non-commercial", "by-nc", "all rights reserved")):
        return None, f"its own tag says: {said.strip()[:80]}"
    return {"path": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "package": package,
            "version": version, "file": inside, "kind": kind, "title": tags.get("title") or path.stem,
            "author": tags.get("artist") or author, "copyright": author, "licence": terms.licence,
            "share_alike": terms.share_alike, "gpl": terms.gpl, "seconds": seconds and round(seconds, 2)}, None


def collect(package, debs, out):
    """-> (entries, left out as {file: reason}) of one package."""
    deb = fetch(package, debs)
    folder = out / "unpacked" / package
    unpack(deb, folder)
    version = subprocess.run(["dpkg-deb", "-f", deb, "Version"], capture_output=True, text=True, check=True).stdout.strip()
    copyrights = sorted(folder.glob("usr/share/doc/*/copyright"))
    parsed = licences.paragraphs(copyrights[0].read_text(errors="replace")) if copyrights else []
    entries, left_out = [], {}
    for path, kind in candidates(package, folder):
        entry, reason = describe(package, version, path, kind, folder, parsed)
        if entry:
            entries.append(entry)
        else:
            left_out[f"{package}/{path.relative_to(folder)}"] = reason
    return entries, left_out


def table(tracks):
    """-> lines: files, hours and licences by package."""
    by_package = defaultdict(list)
    for t in tracks:
        by_package[t["package"]].append(t)
    lines = [f"{'package':28} {'files':>5} {'hours':>6}  licences"]
    for package, its in sorted(by_package.items()):
        licence = ", ".join(f"{name} {n}" for name, n in Counter(t["licence"] for t in its).most_common())
        lines.append(f"{package:28} {len(its):5} {sum(t['seconds'] or 0 for t in its) / 3600:6.2f}  {licence}")
    return [*lines, f"{'all':28} {len(tracks):5} {sum(t['seconds'] or 0 for t in tracks) / 3600:6.2f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--debs", type=Path, help="where packages are kept, by default OUT/debs")
    parser.add_argument("--no-gpl", action="store_true", help="leave out music under the GPL and its relatives")
    parser.add_argument("packages", nargs="*", default=[*RECORDINGS, *MODULES])
    args = parser.parse_args()
    out, debs = args.out.resolve(), (args.debs or args.out / "debs").resolve()
    debs.mkdir(parents=True, exist_ok=True)
    tracks, left_out, seen = [], {}, set()
    for package in args.packages:
        entries, reasons = collect(package, debs, out)
        left_out |= reasons
        for entry in entries:
            if entry["sha256"] in seen:
                left_out[f"{package}/{entry['file']}"] = "the same file as another"
            elif args.no_gpl and entry["gpl"]:
                left_out[f"{package}/{entry['file']}"] = "GPL"
            else:
                tracks.append(entry)
                seen.add(entry["sha256"])
        print(f"{package}: {len(entries)} files", flush=True)
    (out / "tracks.json").write_text(json.dumps(tracks, indent=1, ensure_ascii=False))
    (out / "left-out.json").write_text(json.dumps(left_out, indent=1, ensure_ascii=False))
    print("\n".join(table(tracks)))


if __name__ == "__main__":
    main()
