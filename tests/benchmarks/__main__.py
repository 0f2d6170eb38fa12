"""``python -m tests.benchmarks NAME``."""

import json
import random
import sys
from typing import Any

import click
from rich.console import Console

ENGINES = ("sqlite", "postgresql")


@click.group()
def main() -> None:
    """Show speed as ratios, measured in one run."""


def report(figures: dict[str, object], *, as_json: bool) -> None:
    """Print one measurement, as a line of JSON or to read."""
    if as_json:
        click.echo(json.dumps(figures))
    else:
        Console(highlight=False).print(
            "  ".join(f"{key} [bold]{value}[/bold]" for key, value in figures.items())
        )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--sockets", is_flag=True, help="Over real loopback connections, from another process.")
@click.option("--clicks", default=3000, show_default=True)
@click.option("--seats", default=1000, show_default=True)
@click.option("--naive-clicks", default=300, show_default=True, help="How many are given a transaction each.")
@click.option("--rounds", default=3, show_default=True, help="Of desk and floor in turn; medians are told.")
@click.option("--case", "cases", multiple=True, help="Such as 'one seminar'; all if not given.")
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if not given.")
def clicks(
    *,
    as_json: bool,
    sockets: bool,
    clicks: int,
    seats: int,
    naive_clicks: int,
    rounds: int,
    cases: tuple[str, ...],
    engines: tuple[str, ...],
) -> None:
    """Members press Register at the same moment."""
    from tests.benchmarks import clicks as dispatched
    from tests.benchmarks import sockets as connected
    from tests.benchmarks import two_processes

    both = "two processes"
    names = (*dispatched.CASES, both)
    if unknown := set(cases) - set(names):
        raise click.BadParameter(f"{unknown.pop()!r} is none of {', '.join(names)}.", param_hint="--case")
    for engine in engines or ENGINES:
        if sockets:
            report(connected.measure(engine, clicks=clicks, seats=seats), as_json=as_json)
            continue
        for case in dispatched.CASES.values():
            if case.name in (cases or names):
                figures = dispatched.measure(
                    engine, case, clicks=clicks, seats=seats, naive_clicks=naive_clicks, rounds=rounds
                )
                report(figures, as_json=as_json)
        if engine == "postgresql" and both in (cases or names):
            report(two_processes.measure(clicks=clicks, seats=seats), as_json=as_json)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--seconds", default=60.0, show_default=True, help="How long members press and processes die.")
@click.option("--members", default=2000, show_default=True)
@click.option("--processes", default=3, show_default=True, help="How many take presses.")
@click.option("--workers", default=1, show_default=True, help="How many keep promises only.")
@click.option("--kill-every", default=3.0, show_default=True, help="Mean time between two kills, in seconds.")
@click.option("--per-second", default=80.0, show_default=True, help="How many members act in a second.")
@click.option("--sockets", is_flag=True, help="Over Socket Mode, not signed HTTP.")
@click.option("--lease", type=float, help="How long a dead worker's lease holds; the bot's own if not given.")
@click.option("--seed", type=int, help="Repeats who dies when and who presses; a new one if not given.")
def chaos(*, as_json: bool, seed: int | None, **options: Any) -> None:
    """Processes are killed while members press and reminders fall due."""
    from tests.benchmarks.chaos import Chaos, is_sound, measure

    seed = random.randrange(10**6) if seed is None else seed  # noqa: S311 - a run must be repeatable
    figures, problems = measure(Chaos(seed=seed, **options))
    report(figures, as_json=as_json)
    for problem in problems[:50]:
        click.echo(problem, err=True)
    if not is_sound(figures):
        sys.exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--due", default=10_000, show_default=True, help="Reminders; one workspace has half of them.")
@click.option("--workspaces", default=100, show_default=True)
@click.option(
    "--opening-speed", default=0.25, show_default=True, help="Of the clock while all workspaces send."
)
@click.option("--speed", default=10.0, show_default=True, help="Of the clock once only the big one does.")
@click.option("--posts-per-minute", default=270, show_default=True, help="The bot's own pace.")
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if not given.")
def reminders(*, as_json: bool, engines: tuple[str, ...], **options: Any) -> None:
    """Thousands of reminders fall due in the same minute."""
    from tests.benchmarks.reminders import measure

    for engine in engines or ENGINES:
        report(measure(engine, **options), as_json=as_json)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--stored", default=100_000, show_default=True, help="Seminars ahead, and twice as many calls.")
@click.option("--clicks", default=3000, show_default=True, help="In the burst after which memory is read.")
@click.option("--seconds", default=20.0, show_default=True, help="How long the bot is watched doing nothing.")
@click.option("--starts", default=3, show_default=True)
@click.option("--ticks", default=200, show_default=True, help="Of each worker on each database.")
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if not given.")
def idle(*, as_json: bool, engines: tuple[str, ...], **options: Any) -> None:
    """Nothing happens: the cost of that, memory, and the time to be ready."""
    from tests.benchmarks.idle import measure

    for engine in engines or ENGINES:
        report(measure(engine, **options), as_json=as_json)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--presses", default=1000, show_default=True)
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if not given.")
def card(*, as_json: bool, engines: tuple[str, ...], **options: Any) -> None:
    """The announcement is redrawn while many press."""
    from tests.benchmarks.card import measure

    for engine in engines or ENGINES:
        report(measure(engine, **options), as_json=as_json)


if __name__ == "__main__":
    main()
