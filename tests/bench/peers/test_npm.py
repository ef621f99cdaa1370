"""The Node servers are installed by their lock, or it is told in a sentence why not."""

import json
import shutil
from hashlib import sha256

import pytest

from bench.peers import npm
from server.node import NotInstalledError

FILES = ("package.json", "package-lock.json", ".npmrc")


@pytest.fixture
def folder(tmp_path):
    """The packages' files, with nothing installed yet."""
    for name in FILES:
        shutil.copy(npm.NODE / name, tmp_path / name)
    return tmp_path


def test_without_a_registry_it_is_one_sentence_and_nothing_is_taken_for_installed(folder, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(folder / "cache"))

    with pytest.raises(NotInstalledError, match="npm could not install their packages"):
        npm.install(folder, folder)

    assert (folder / "npm.log").stat().st_size > 0
    assert not (folder / "node_modules" / "interline-lock").exists()


def test_what_is_installed_by_this_lock_is_left_alone(folder, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    lock = (folder / "package-lock.json").read_bytes()
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "interline-lock").write_text(sha256(lock).hexdigest())

    npm.install(folder, folder)

    assert [path.name for path in (folder / "node_modules").iterdir()] == ["interline-lock"]


def test_the_lock_names_versions_and_no_registry():
    lock = json.loads((npm.NODE / "package-lock.json").read_text())

    assert "resolved" not in json.dumps(lock)
    wanted = json.loads((npm.NODE / "package.json").read_text())["dependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
