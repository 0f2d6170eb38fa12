"""What is installed: the commands, the pins, and migrations that come along in a wheel."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[A-Za-z0-9._-]+")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def normal(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_the_commands_are_there() -> None:
    (command,) = entry_points(group="console_scripts", name="seminar-bot")

    assert command.load() is main
    assert {"run", "migrate", "doctor", "manifest", "demo"} <= set(main.commands)


def test_every_dependency_is_pinned_to_one_version_without_an_address(project: dict[str, Any]) -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    wanted = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra

    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*( ; .+)?", pin)] == []
    assert {normal(name) for name in wanted} <= {normal(pin) for pin in pins}


def test_an_installed_wheel_can_migrate(project: dict[str, Any], tmp_path: Path) -> None:
    """The tree that the wheel's settings describe, laid out away from the checkout."""
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    for package in wheel["packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in wheel["force-include"].items():
        shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "data" / "bot.db"

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "DATABASE_URL": f"sqlite:///{file}"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "The database is ready.\n", "")
    assert file.exists()
