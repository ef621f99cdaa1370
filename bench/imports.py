"""`./interline bench-imports`: a file of 50,000 properties checked and applied, as CSV and as XLSX: rows a second, memory.

Each kind of file is brought in by a process of its own, as a worker would: what it held at most is the system's word.
"""

import argparse
import asyncio
import datetime as dt
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db import models
from db.session import Sessions, create_engine
from db.types import new_id
from db.unit_of_work import UnitOfWork
from domain.imports import ImportStatus
from domain.onboarding import Stage
from domain.partners import PartnerType
from domain.spreadsheets import FileKind
from domain.uploads import FileType, UploadPurpose, UploadStatus
from integrations.spreadsheets.writing import writing_csv, writing_xlsx
from integrations.storage.local import LocalStorage
from jobs import imports as jobs
from jobs.work import Work
from permissions.viewer import Scope, Viewer
from server import migrations
from server.embedded.throwaway import throwaway_servers
from server.settings import ROOT
from services import imports

ROWS = 50_000
MOST_MEGABYTES = 300
HEADER = (
    "", "Código", "Nombre del alojamiento", "Tipo", "Dirección", "Ciudad", "País", "Latitud", "Longitud",
    "Zona horaria", "Moneda", "Precio/noche", "Servicios", "Descripción",
)  # fmt: skip
TEXT = "Piso luminoso de dos dormitorios, a diez minutos del centro.<br /><b>El espacio</b><br />Salón, cocina y terraza. "
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """What one file took."""

    kind: str
    rows: int
    megabytes: float
    check_seconds: float
    apply_seconds: float
    rows_per_second: float
    """Of both together."""
    peak_megabytes: float
    outcomes: dict[str, int]


def listed(number: int) -> list[str]:
    """A row as a partner has it: some right, some to be corrected, one of a thousand wrong."""
    return [
        str(number),
        f"ALO-{number:06}",
        f"Apartamento Sol {number}",
        "Apartamento" if number % 3 else "Casa rural",
        f"Calle Mayor {number % 300}",
        "Cuenca",
        "ES" if number % 10 else "España",
        f"{38 + number // 250 * 0.012:.5f}".replace(".", ","),
        f"{-5 + number % 250 * 0.015:.5f}".replace(".", ","),
        "Europe/Madrid",
        "EUR",
        f"{60 + number % 120},50 €" if number % 1000 else "a consultar",
        "wifi, piscina, aire acondicionado",
        TEXT * (1 + number % 3) if number % 2 else "Tranquilo y céntrico.",
    ]


def write_file(path: Path, kind: FileKind, rows: int) -> None:
    """Write the file as partners have it."""
    with writing_xlsx(path) if kind is FileKind.XLSX else writing_csv(path) as sheet:
        sheet.add(HEADER)
        for number in range(rows):
            sheet.add(listed(number))


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


async def _begin(uow: UnitOfWork, storage: LocalStorage, path: Path, kind: FileKind) -> models.PropertyImport:
    now = dt.datetime.now(dt.UTC)
    partner = models.Partner(
        id=new_id(),
        name="Bench",
        type=PartnerType.TOUR_OPERATOR,
        slug=f"bench-{kind.lower()}",
        locale="es",
        created_at=now,
    )
    uow.session.add(partner)
    await uow.session.flush()
    uow.session.add(
        models.OnboardingCase(
            id=new_id(), partner_id=partner.id, stage=Stage.DATA_COLLECTION, registered_at=now
        )
    )
    upload = models.Upload(
        id=new_id(),
        partner_id=partner.id,
        purpose=UploadPurpose.PROPERTY_IMPORT,
        file_name=f"list.{kind.lower()}",
        declared_type="text/csv",
        declared_bytes=1,
        status=UploadStatus.READY,
        file_type=FileType(kind.value),
        byte_size=1,
        sha256=hashlib.sha256(kind.encode()).hexdigest(),
        key=f"files/{kind.lower()}",
        created_by="bench",
        created_at=now,
        expires_at=now,
        ended_at=now,
    )
    await storage.write(upload.key or "", _pieces(path))
    uow.session.add(upload)
    await uow.session.flush()
    return await imports.start_import(
        uow,
        _viewer(partner),
        partner_id=partner.id,
        upload_id=upload.id,
        sheet=None,
        constants={},
        idempotency=None,
        now=now,
    )


def _viewer(partner: models.Partner) -> Viewer:
    scopes = frozenset({Scope.MANAGE_PROPERTIES, Scope.READ_PROPERTIES, Scope.READ_PARTNER})
    return Viewer(id="bench", user_id=new_id(), scopes=scopes, scopes_by_partner={partner.id: scopes})


async def measure(database_url: str, path: Path, kind: FileKind, megabytes: float) -> Line:
    """Bring one file in, from its start to the last property."""
    engine = create_engine(database_url)
    storage = LocalStorage(path.parent / "storage", public_url="http://localhost", secret=b"b" * 32)
    # An import asks for no more of a worker's surroundings than these.
    needed: dict[str, Any] = {
        "sessions": Sessions(engine),
        "storage": storage,
        "clock": lambda: dt.datetime.now(dt.UTC),
        "ring": lambda: None,
    }
    surroundings: dict[str, Any] = dict.fromkeys((each.name for each in fields(Work)), None)
    work = Work(**(surroundings | needed))
    async with work.unit_of_work() as uow:
        row = await _begin(uow, storage, path, kind)
    began = time.perf_counter()
    row = await _until(work, row, ImportStatus.CHECKED)
    checked = time.perf_counter()
    async with work.unit_of_work() as uow:
        partner = await uow.session.get_one(models.Partner, row.partner_id)
        await imports.apply_import(
            uow, _viewer(partner), import_id=row.id, accept_corrections=True, now=work.clock()
        )
    row = await _until(work, row, ImportStatus.APPLIED)
    ended = time.perf_counter()
    await engine.dispose()
    return Line(
        kind=kind.value,
        rows=row.row_count,
        megabytes=megabytes,
        check_seconds=round(checked - began, 1),
        apply_seconds=round(ended - checked, 1),
        rows_per_second=round(row.row_count / (ended - began)),
        peak_megabytes=round(_peak() / 1024),
        outcomes={
            "accepted": row.accepted,
            "corrected": row.corrected,
            "rejected": row.rejected,
            "created": row.created,
        },
    )


async def _until(work: Work, row: models.PropertyImport, status: ImportStatus) -> models.PropertyImport:
    while True:
        await jobs.advance(work)
        async with work.sessions.read() as session:
            found = await session.get_one(models.PropertyImport, row.id)
        if found.status is status:
            return found
        if found.status in {ImportStatus.REFUSED, ImportStatus.MAPPING_NEEDED}:
            raise RuntimeError(f"The import is {found.status}: {found.refused_because} {found.columns}")


def _peak() -> int:
    """Return the kilobytes this process held in memory at most; not what `resource` says, which begins with a parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _lines(rows: int, kinds: list[str]) -> Generator[Line, None, None]:
    with throwaway_servers() as urls, TemporaryDirectory(prefix="interline-bench-") as folder:
        asyncio.run(migrations.upgrade(urls.database_url))
        for kind in map(FileKind, kinds):
            path = Path(folder) / f"list.{kind.lower()}"
            write_file(path, kind, rows)
            command = [sys.executable, "-m", "bench.imports", "--measure", urls.database_url, str(path), kind]
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            yield Line(**json.loads(answer.stdout))


def main(arguments: list[str] | None = None) -> int:
    """Measure both kinds; fail where one takes more memory than it may."""
    parser = argparse.ArgumentParser(prog="interline bench-imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument(
        "--kinds", nargs="+", choices=[each.value for each in FileKind], default=["CSV", "XLSX"]
    )
    parser.add_argument("--measure", nargs=3, metavar=("DATABASE", "FILE", "KIND"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        database_url, path, kind = options.measure
        line = asyncio.run(
            measure(database_url, Path(path), FileKind(kind), round(Path(path).stat().st_size / 1e6, 1))
        )
        print(json.dumps(asdict(line)))
        return 0
    worst = 0.0
    with closing(_lines(options.rows, options.kinds)) as lines:
        for line in lines:
            worst = max(worst, line.peak_megabytes)
            print(
                f"{line.kind}: {line.rows:,} rows ({line.megabytes} MB) at {line.rows_per_second:,} rows/s:"
                f" checked in {line.check_seconds} s, applied in {line.apply_seconds} s;"
                f" at most {line.peak_megabytes:.0f} MB of memory; {line.outcomes}",
                flush=True,
            )
    return 0 if worst <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    raise SystemExit(main())
