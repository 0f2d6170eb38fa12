"""``python -m tests.benchmarks NAME``."""

import json

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
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, help="Both if not given.")
def clicks(
    *, as_json: bool, sockets: bool, clicks: int, seats: int, naive_clicks: int, engines: tuple[str, ...]
) -> None:
    """Members press Register on one seminar at the same moment."""
    from tests.benchmarks import clicks as dispatched
    from tests.benchmarks import sockets as connected

    for engine in engines or ENGINES:
        figures = (
            connected.measure(engine, clicks=clicks, seats=seats)
            if sockets
            else dispatched.measure(engine, clicks=clicks, seats=seats, naive_clicks=naive_clicks)
        )
        report(figures, as_json=as_json)


if __name__ == "__main__":
    main()
