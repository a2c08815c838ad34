"""Tracker modules through libopenmpt: any instruments muted, and the time of every row.

Needs the shared library (Debian: libopenmpt0); `available()` says whether it is there. The interface `interactive` of
libopenmpt_ext.h mutes instruments (samples, where a module has no instruments), numbered from 0.
"""
import ctypes
from ctypes import c_char_p, c_double, c_int, c_int32, c_size_t, c_uint8, c_void_p
from ctypes.util import find_library

import numpy as np

RATE = 44100
BLOCK = 16              # frames (0.36 ms) in which rows are timed
COLUMNS = {"note": 0, "instrument": 1, "volume_effect": 2, "effect": 3, "volume": 4, "parameter": 5}
INTERACTIVE = ["set_current_speed", "set_current_tempo", "set_tempo_factor", "get_tempo_factor", "set_pitch_factor",
               "get_pitch_factor", "set_global_volume", "get_global_volume", "set_channel_volume", "get_channel_volume",
               "set_channel_mute_status", "get_channel_mute_status", "set_instrument_mute_status",
               "get_instrument_mute_status", "play_note", "stop_note"]
MUTE = ctypes.CFUNCTYPE(c_int, c_void_p, c_int32, c_int)


class _Interactive(ctypes.Structure):
    _fields_ = [(name, c_void_p) for name in INTERACTIVE]


def _load():
    name = find_library("openmpt")
    if name is None:
        return None
    lib = ctypes.CDLL(name)
    signatures = {
        "ext_create_from_memory": (c_void_p, [c_char_p, c_size_t, *[c_void_p] * 7]), "ext_destroy": (None, [c_void_p]),
        "ext_get_module": (c_void_p, [c_void_p]), "ext_get_interface": (c_int, [c_void_p, c_char_p, c_void_p, c_size_t]),
        "get_duration_seconds": (c_double, [c_void_p]), "set_repeat_count": (c_int, [c_void_p, c_int32]),
        "read_interleaved_float_stereo": (c_size_t, [c_void_p, c_int32, c_size_t, c_void_p]),
        "get_pattern_row_channel_command": (c_uint8, [c_void_p, c_int32, c_int32, c_int32, c_int]),
        "get_instrument_name": (c_void_p, [c_void_p, c_int32]), "get_sample_name": (c_void_p, [c_void_p, c_int32]),
        "free_string": (None, [c_void_p]),
        "get_metadata": (c_void_p, [c_void_p, c_char_p]),
        "get_pattern_num_rows": (c_int32, [c_void_p, c_int32]),
        **{f"get_{what}": (c_int32, [c_void_p]) for what in (
            "num_instruments", "num_samples", "num_channels", "current_order", "current_pattern", "current_row",
            "current_speed", "current_tempo")},
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, f"openmpt_module_{name}", None) or getattr(lib, f"openmpt_{name}")
        function.restype, function.argtypes = result, arguments
        setattr(lib, name, function)
    return lib


LIB = _load()


def available():
    """Whether libopenmpt is installed."""
    return LIB is not None


class Module:
    """A module ready to be played from its start, once. Raises ValueError where libopenmpt does not read the file.

    `names`: by instrument, its name (in a module without instruments, the sample's).
    """

    def __init__(self, path):
        self.data = path.read_bytes()
        self._open()
        self.channels = LIB.get_num_channels(self.handle)
        self.seconds = LIB.get_duration_seconds(self.handle)
        self.title = self._text(LIB.get_metadata(self.handle, b"title"))
        count = LIB.get_num_instruments(self.handle)
        read = LIB.get_instrument_name if count else LIB.get_sample_name
        self.names = [self._text(read(self.handle, i)) for i in range(count or LIB.get_num_samples(self.handle))]
        samples = [self._text(LIB.get_sample_name(self.handle, i)) for i in range(LIB.get_num_samples(self.handle))]
        self.samples = samples if count else []

    def _open(self):
        self.ext = LIB.ext_create_from_memory(self.data, len(self.data), *[None] * 7)
        if not self.ext:
            raise ValueError("libopenmpt cannot read this module")
        self.handle = LIB.ext_get_module(self.ext)
        LIB.set_repeat_count(self.handle, 0)
        interface = _Interactive()
        LIB.ext_get_interface(self.ext, b"interactive", ctypes.byref(interface), ctypes.sizeof(interface))
        self.mute = MUTE(interface.set_instrument_mute_status)

    def __del__(self):
        if getattr(self, "ext", None):
            LIB.ext_destroy(self.ext)

    @staticmethod
    def _text(pointer):
        text = ctypes.string_at(pointer).decode("utf-8", "replace") if pointer else ""
        if pointer:
            LIB.free_string(pointer)
        return text.strip()

    def _restart(self, audible):
        LIB.ext_destroy(self.ext)
        self._open()
        for i in range(len(self.names)):
            if audible is not None and i not in audible:
                self.mute(self.ext, i, 1)

    def render(self, seconds, audible=None):
        """-> stereo float32 (samples, 2) of the first `seconds`, with all instruments or only those of `audible`."""
        self._restart(audible)
        out = np.zeros((int(min(seconds, self.seconds) * RATE), 2), np.float32)
        done = 0
        while done < len(out):
            got = LIB.read_interleaved_float_stereo(self.handle, RATE, min(4096, len(out) - done), out[done:].ctypes.data)
            if not got:
                break
            done += got
        return out[:done]

    def rows(self, seconds):
        """-> [(frame, order, pattern, row, ticks a row, frames a tick)] of every row played in the first `seconds`."""
        self._restart(set())
        block, found, last = np.zeros((BLOCK, 2), np.float32), [], None
        for frame in range(0, int(min(seconds, self.seconds) * RATE), BLOCK):
            if not LIB.read_interleaved_float_stereo(self.handle, RATE, BLOCK, block.ctypes.data):
                break
            at = (LIB.get_current_order(self.handle), LIB.get_current_pattern(self.handle),
                  LIB.get_current_row(self.handle))
            if at != last:
                tick = RATE * 2.5 / max(LIB.get_current_tempo(self.handle), 1)
                found.append((frame, *at, LIB.get_current_speed(self.handle), tick))
                last = at
        return found

    def cell(self, pattern, row, channel):
        """-> what a pattern says there, by the names of COLUMNS, as libopenmpt's numbers."""
        return {name: LIB.get_pattern_row_channel_command(self.handle, pattern, row, channel, column)
                for name, column in COLUMNS.items()}
