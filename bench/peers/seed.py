"""Fills the product's own tables by COPY, and lets PostgreSQL look at them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bench.peers.catalog import add_calls, add_catalog
from bench.peers.rows import Rows
from bench.peers.sales import Sales
from db import models


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows there are of each kind; what belongs to them comes with them."""

    partners: int = 2_000
    resellers: int = 100
    packages: int = 20_000
    big_packages: int = 400
    reservations: int = 50_000
    calls: int = 6_000
    """So few that counting them by two filters does not outweigh everything else."""


def world(size: Size, now: dt.datetime) -> Rows:
    """Make all rows, parents before children."""
    rows = Rows(now)
    catalog = add_catalog(
        rows,
        partners=size.partners,
        resellers=size.resellers,
        packages=size.packages,
        big_packages=size.big_packages,
    )
    Sales(rows, catalog).add(size.reservations)
    add_calls(rows, catalog, size.calls)
    return rows


async def fill(engine: AsyncEngine, size: Size, now: dt.datetime) -> None:
    """Write the world into a migrated database, beside what is there: all of it or nothing."""
    by_table = {model.__table__: rows for model, rows in world(size, now).by_model.items()}
    filled = [table for table in models.Base.metadata.sorted_tables if table in by_table]
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        # COPY is what SQLAlchemy has no words for: a hundred thousand rows a second.
        driver: Any = raw.driver_connection
        async with driver.transaction():
            for table in filled:
                names = [column.name for column in table.columns]
                await driver.copy_records_to_table(table.name, records=by_table[table], columns=names)
        # Without it autovacuum would, at some moment of the measuring.
        await driver.execute(f"VACUUM (ANALYZE) {', '.join(table.name for table in filled)}")
