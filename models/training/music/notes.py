"""What a module's patterns strike, and when: note-ons with delays and retriggers, before anything is heard."""
from dataclasses import dataclass

# libopenmpt's own numbers (soundlib/modcommand.h).
HIGHEST_NOTE = 120
TONE_PORTAMENTO, TONE_PORTAMENTO_VOLUME, RETRIGGER, MOD_EXTENDED, S3M_EXTENDED = 4, 6, 15, 19, 20
VOLUME_SET, VOLUME_TONE_PORTAMENTO = 1, 11


@dataclass(frozen=True)
class Strike:
    """A note-on: frame of the output, instrument from 0, note, channel, volume 0..64 or None for the sample's own."""
    frame: int
    instrument: int
    note: int
    channel: int
    volume: int | None
    row: int            # index of the row among those played


def ticks_of(cell, speed):
    """Ticks of a row at which a note of this cell starts; empty if it only bends a sounding one."""
    high, low = cell["parameter"] >> 4, cell["parameter"] & 15
    if cell["effect"] in (TONE_PORTAMENTO, TONE_PORTAMENTO_VOLUME) or cell["volume_effect"] == VOLUME_TONE_PORTAMENTO:
        return []
    if cell["effect"] in (MOD_EXTENDED, S3M_EXTENDED) and high == 13:
        return [low] if low < speed else []
    if cell["effect"] == MOD_EXTENDED and high == 9 and low:
        return list(range(0, speed, low))
    if cell["effect"] == RETRIGGER and low:
        return list(range(0, speed, low))
    return [0]


def strikes(module, rows):
    """-> [Strike] of all rows played (`Module.rows`), in order of time."""
    instrument, found = {}, []
    for index, (frame, _, pattern, row, speed, tick) in enumerate(rows):
        for channel in range(module.channels):
            cell = module.cell(pattern, row, channel)
            if cell["instrument"]:
                instrument[channel] = cell["instrument"] - 1
            if not 1 <= cell["note"] <= HIGHEST_NOTE or channel not in instrument:
                continue
            volume = cell["volume"] if cell["volume_effect"] == VOLUME_SET else None
            found += [Strike(frame + round(t * tick), instrument[channel], cell["note"], channel, volume, index)
                      for t in ticks_of(cell, speed)]
    return sorted(found, key=lambda s: s.frame)
