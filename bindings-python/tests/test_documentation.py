"""What the documentation shows is run."""

import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ringfence
from conftest import ROOT


def shown(page: str, fence: str = "python") -> list[str]:
    """The blocks of Python on a page: that run one after another, or are programs of their own (`py`)."""
    return re.findall(rf"^```{fence}\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(ROOT / "examples/data", tmp_path / "examples/data")
    monkeypatch.chdir(tmp_path)
    logger = logging.getLogger("ringfence")
    level = logger.level
    yield tmp_path
    logger.setLevel(level)


def run(page: str) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for number, block in enumerate(shown(page)):
        exec(compile(block, f"{page}, block {number}", "exec"), names)  # noqa: S102


def test_the_readmes_example_runs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # What the example in Rust before it leaves behind.
    db = ringfence.open(f"sqlite:{repository / 'fleet.db'}")
    acme = db.create_tenant("setup", "Acme Surveys", "mara", id="acme", admin_password="correct horse")
    db.session("acme", acme.admin.id).drones().register("Heron", "MAVLINK")
    db.shutdown()
    assert len(shown("README.md")) == 1
    run("README.md")
    drone, mission = capsys.readouterr().out.splitlines()
    assert drone.startswith("Heron MAVLINK 20")
    assert mission.startswith("DRAFT {")


@pytest.mark.usefixtures("repository")
def test_the_guides_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shown("docs/guides/python.md")) > 5
    run("docs/guides/python.md")
    said = capsys.readouterr().out
    assert "409 taken name\ndrone\n" in said
    assert "'Swift 9'" in said


def test_the_guides_programs_run(tmp_path: Path) -> None:
    programs = shown("docs/guides/python.md", "py")
    assert len(programs) == 1
    for program in programs:
        (tmp_path / "program.py").write_text(program)
        ran = subprocess.run(
            [sys.executable, "program.py"],
            cwd=tmp_path,
            timeout=60,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
