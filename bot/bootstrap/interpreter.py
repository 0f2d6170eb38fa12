"""How the process is set for a crowd: when it looks for garbage, how threads take turns and share memory.

Each waiting press is some hundred objects, and with three thousand of them each
look for circles of garbage costs more than the last: a third of the event
loop's time in a crowd went there. What is no longer used is freed at once all
the same, without a look; only circles wait for one.

The event loop and the writer of presses share the interpreter, and each turn costs both of them.

And the C library keeps memory apart for each thread, which ours seldom use at one time: what one
has freed lies idle while another asks for more. One heap for all took 7 MiB less after a crowd.
"""

import ctypes
import gc
import sys
from contextlib import suppress

_NEW_OBJECTS = 50_000  # between two looks at the youngest; Python's own number is 700 or 2,000
_LOOKS = 20  # at the youngest, before one at the middle generation
_FULL_LOOKS = 50  # at the middle one, before one at everything
_M_ARENA_MAX = -8  # glibc's number, from malloc.h
_TURN_S = 0.01  # Python's own number is half of that


def set_for_crowds() -> None:
    """Look seldom, and never at what is there now; let a thread that computes go on a little longer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _LOOKS, _FULL_LOOKS)
    sys.setswitchinterval(_TURN_S)


def share_memory() -> None:
    """Let all threads take memory from one heap; to be called before there are any."""
    with suppress(AttributeError, OSError, TypeError):  # other C libraries have no such setting
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
