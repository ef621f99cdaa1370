"""Our folders are top-level names at run time; no installed package may bring one of them too."""

from importlib.metadata import packages_distributions

from server.settings import ROOT

OURS = {path.parent.name for path in ROOT.glob("*/__init__.py")}


def test_no_installed_package_has_a_name_of_ours():
    installed = packages_distributions()

    assert {name: installed[name] for name in OURS & installed.keys()} == {}


def test_the_folders_of_the_house_are_packages():
    house = {
        "schema",
        "resolvers",
        "jobs",
        "services",
        "dataloaders",
        "integrations",
        "permissions",
        "db",
        "domain",
    }

    assert house | {"server", "tests"} <= OURS


def test_alembic_is_a_folder_and_no_package():
    assert (ROOT / "alembic" / "env.py").is_file()
    assert "alembic" not in OURS
