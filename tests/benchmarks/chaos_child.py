"""A real process of the bot whose lease ends sooner: ``python -m tests.benchmarks.chaos_child 4 run``."""

import sys
from datetime import timedelta

from bot.cli import main
from bot.storage import queue

if __name__ == "__main__":
    queue.LEASE = timedelta(seconds=float(sys.argv.pop(1)))
    main()
