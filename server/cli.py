"""The one list of verbs: `./interline <verb>`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from server.settings import ROOT

app = typer.Typer(
    name="interline",
    help="Interline, a travel-partner platform behind one GraphQL graph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""For verbs that hand every argument, `--help` too, to the program behind them."""

Data = Annotated[
    Path, typer.Option("--data", help="Where data, logs and the secret are kept.", show_default=".interline")
]
Workers = Annotated[
    int,
    typer.Option(
        envvar="INTERLINE_WORKERS", help="Api processes; 0 for as many as processors.", min=0, max=64
    ),
]


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Where to listen; 0 for any free port.", min=0, max=65535)] = 8000,
    data: Data = ROOT / ".interline",
    workers: Workers = 1,
    no_rate_limits: Annotated[bool, typer.Option("--no-rate-limits", help="For load tests only.")] = False,
    no_portal: Annotated[
        bool, typer.Option("--no-portal", help="Do not build the portal; for programs.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON when everything is ready.")
    ] = False,
) -> None:
    """Start everything: servers, migrations, samples, api and worker. Ctrl-C stops it."""
    from server import cores
    from server import up as everything

    options = everything.Options(
        port=port,
        data_dir=data.absolute(),
        workers=workers or cores.available(),
        rate_limits=not no_rate_limits,
        portal=not no_portal,
        json=json,
    )
    raise typer.Exit(everything.run(options))


@app.command(context_settings=PASSED_ON)
def test(context: typer.Context) -> None:
    """Run the tests on throw-away servers; arguments go to pytest."""
    raise typer.Exit(
        subprocess.run([sys.executable, "-m", "pytest", *context.args], cwd=ROOT, check=False).returncode
    )


@app.command()
def check() -> None:
    """Do what CI does: format, lint, types, layers, schema, every test."""
    from server import checks

    raise typer.Exit(checks.run())


@app.command()
def fuzz(
    seed: Annotated[int | None, typer.Option(help="The first seed; without it, a new one.")] = None,
    cases: Annotated[int, typer.Option(help="Operations a round.", min=1)] = 500,
    rounds: Annotated[int, typer.Option(help="Seeds to try; 0 for as long as you like.", min=0)] = 0,
) -> None:
    """Compare compiled operations with graphql-core, seed after seed, until they differ or you stop it."""
    from server import fuzzing

    raise typer.Exit(fuzzing.run(seed, cases=cases, rounds=rounds))


@app.command(context_settings=PASSED_ON)
def demo(context: typer.Context) -> None:
    """Live a reseller's day on real input, and compare the figures."""
    from server import demo as day

    raise typer.Exit(day.run(context.args))


@app.command("demo-certify", context_settings=PASSED_ON)
def demo_certify(context: typer.Context) -> None:
    """Bring a sample integrator in: from registration through the certification to LIVE."""
    from server import demo_certify as way

    raise typer.Exit(way.run(context.args))


@app.command("demo-introductions", context_settings=PASSED_ON)
def demo_introductions(context: typer.Context) -> None:
    """Live three weeks of introductions in a minute, by mail and graph, and compare the figures."""
    from server import demo_introductions as weeks

    raise typer.Exit(weeks.run(context.args))


@app.command(context_settings=PASSED_ON)
def bench(context: typer.Context) -> None:
    """Measure holds, activations and reads; write bench/results."""
    from bench import run as measuring

    raise typer.Exit(measuring.main(context.args))


@app.command("bench-peers", context_settings=PASSED_ON)
def bench_peers(context: typer.Context) -> None:
    """Measure us beside other GraphQL servers on the same database; write docs/performance.md."""
    from bench.peers import run as comparing

    raise typer.Exit(comparing.main(context.args))


@app.command("bench-subscriptions", context_settings=PASSED_ON)
def bench_subscriptions(context: typer.Context) -> None:
    """Measure what a thousand listening sockets cost; write bench/results."""
    from bench import subscriptions as measuring

    raise typer.Exit(measuring.main(context.args))


@app.command("bench-checkout", context_settings=PASSED_ON)
def bench_checkout(context: typer.Context) -> None:
    """Let many buy a bundle of three partners, and prove that the books agree; write bench/results."""
    from bench import checkouts as measuring

    raise typer.Exit(measuring.main(context.args))


@app.command("bench-imports", context_settings=PASSED_ON)
def bench_imports(context: typer.Context) -> None:
    """Measure an import of 50,000 properties: rows a second, and memory."""
    from bench import imports as measuring

    raise typer.Exit(measuring.main(context.args))


@app.command("learn-suggestions", context_settings=PASSED_ON)
def learn_suggestions(context: typer.Context) -> None:
    """Learn the coefficients of suggested bundles, and measure them on bookings that were held back."""
    from bench import suggestions as learning

    raise typer.Exit(learning.main(context.args))


@app.command("learn-cancellations", context_settings=PASSED_ON)
def learn_cancellations(context: typer.Context) -> None:
    """Show on real bookings how well it is learned what becomes of introductions; `--write` keeps the figures."""
    from bench import cancellations as learning

    raise typer.Exit(learning.main(context.args))


@app.command("learn-introductions", context_settings=PASSED_ON)
def learn_introductions(context: typer.Context) -> None:
    """Show on made-up introductions that their truth is learned, and nothing where there is none; `--write` keeps it."""
    from bench import introductions as learning

    raise typer.Exit(learning.main(context.args))


@app.command()
def migrate(
    words: Annotated[str | None, typer.Argument(help="What changes; makes a new revision of it.")] = None,
    data: Data = ROOT / ".interline",
) -> None:
    """Bring the database up to date; with words, write the next revision from the models."""
    from server import revisions

    if words is None:
        revisions.bring_up_to_date(data.absolute())
    else:
        typer.echo(f"Wrote {revisions.write(words)}. Read it before you commit it.")


@app.command()
def portal(
    data: Annotated[
        Path, typer.Option("--data", envvar="INTERLINE_DATA_DIR", help="Where it is kept.")
    ] = ROOT / ".interline",
    check: Annotated[
        bool, typer.Option("--check", help="Look at its types, style and words too, and run its tests.")
    ] = False,
) -> None:
    """Build the portal, unless it is built."""
    from server.portal import command

    raise typer.Exit(command.run(data.absolute(), is_checked=check))


@app.command()
def schema(
    only_check: Annotated[bool, typer.Option("--check", help="Only tell whether it is up to date.")] = False,
) -> None:
    """Print the graph into schema/schema.graphql."""
    from server import sdl

    if not only_check:
        sdl.write()
    elif not sdl.check():
        typer.echo("schema/schema.graphql is out of date: run ./interline schema.", err=True)
        raise typer.Exit(1)


@app.command()
def fmt() -> None:
    """Format the code and mend what can be mended."""
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--fix", "--exit-zero", "--quiet", "."], cwd=ROOT, check=True
    )
    subprocess.run([sys.executable, "-m", "ruff", "format", "."], cwd=ROOT, check=True)


@app.command()
def lock() -> None:
    """Compile requirements/*.in to hash-pinned locks that name no host."""
    uv = os.environ.get("INTERLINE_UV", "uv")
    for name in ("runtime", "dev"):
        compiled = ["--universal", "--python-version", "3.11", "--generate-hashes"]
        nameless = ["--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
        names = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.lock"]
        subprocess.run(
            [uv, "pip", "compile", *compiled, *nameless, *names],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Workers = 1,
) -> None:
    """Run the api alone, on the servers in DATABASE_URL and REDIS_URL."""
    from server import cores
    from server.up import UVICORN

    number = str(workers or cores.available())
    _become(*UVICORN, "--host", host, "--port", str(port), "--workers", number)


@app.command()
def worker() -> None:
    """Run one worker alone, on the servers in DATABASE_URL and REDIS_URL."""
    _become("server.worker")


def _become(module: str, *arguments: str) -> NoReturn:
    """Replace this process, so that signals reach the module's own handlers."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    app(prog_name="./interline")
