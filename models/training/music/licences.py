"""Licence and author of an installed file, out of its package's `debian/copyright`.

The machine-readable format is DEP-5 (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/): paragraphs of
`Files` patterns, the last that matches a file holds. Patterns speak of the source package, so `applies` also tries
them without their leading folders.
"""
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

# Families of licence names: pattern -> (rank, share-alike, GPL). The lowest rank of alternatives is chosen ("or"), the
# highest of those that hold together ("and").
FAMILIES = [
    (r"cc0|public[- ]domain|^pd$|unlicense|no-copyright", (0, False, False)),
    (r"cc-by-sa|cc-by-\d.*-sa|free-art|lal-|gfdl|^fdl", (2, True, False)),
    (r"cc-by-?(nc|nd)|cc-by.*-(nc|nd)|noncommercial", None),
    (r"^cc-by", (1, False, False)),
    (r"^(expat|mit|isc|zlib|apache|bsd|bsl|wtfpl|oga-by|permissive)|^bsd", (1, False, False)),
    (r"^(gpl|lgpl|agpl)", (3, True, True)),
]


@dataclass(frozen=True)
class Terms:
    """A licence as written, whether derived works must be shared alike, and whether it is of the GPL family."""
    licence: str
    share_alike: bool
    gpl: bool


def _family(name):
    for pattern, family in FAMILIES:
        if re.search(pattern, name.lower()):
            return family
    return None


def terms(expression):
    """A licence expression ("GPL-3 or CC-BY-3.0") -> Terms, or None where it is unknown or not free."""
    best = None
    for alternative in re.split(r"\s+or\s+|\s*\|\s*", expression.strip()):
        parts = [p for p in re.split(r",?\s+and\s+|,\s*", alternative.strip()) if p]
        families = [_family(part) for part in parts]
        if not families or None in families:
            continue
        rank, share_alike, gpl = max(families)
        if best is None or rank < best[0]:
            best = rank, Terms(alternative.strip(), share_alike, gpl)
    return best and best[1]


def applies(pattern, path):
    """Whether a DEP-5 pattern of the source package means the installed `path`.

    `*` and `?` match slashes too. Leading folders of the pattern may be missing where the file is installed, but what is
    left must name a folder or the whole file name.
    """
    if pattern == "*":
        return True
    parts = pattern.removeprefix("./").split("/")
    for i in range(len(parts)):
        rest = parts[i:]
        if len(rest) == 1 and re.search(r"[*?]", rest[0]):
            return False
        if re.search(r"[*?]", rest[0]) and len(rest) > 1 and not re.search(r"[^*?.]", "".join(rest[:-1])):
            continue
        if fnmatchcase("/" + path, "*/" + "/".join(rest)):
            return True
    return False


def paragraphs(text):
    """-> [{"files": [pattern], "copyright": str, "licence": str}] of the `Files` paragraphs, in their order.

    An empty list where the file is not in the machine-readable format.
    """
    found = []
    if not re.match(r"\s*Format(-Specification)?:", text):
        return found
    for block in re.split(r"\n\s*\n", text):
        fields, key = {}, None
        for line in block.splitlines():
            match = re.match(r"([A-Za-z-]+):\s*(.*)", line)
            if match:
                key = match[1].lower()
                fields[key] = [match[2]]
            elif key:
                fields[key].append(line.strip())
        if "files" in fields and "license" in fields:
            holder = " / ".join(s for s in (c.strip() for c in fields.get("copyright", [])) if s and s != ".")
            found.append({"files": " ".join(fields["files"]).replace(",", " ").split(), "copyright": holder,
                          "licence": fields["license"][0].strip()})
    return found


def look_up(parsed, path):
    """The paragraph that holds for an installed path: the last that matches; None if none does."""
    return next((p for p in reversed(parsed) if any(applies(pattern, path) for pattern in p["files"])), None)
