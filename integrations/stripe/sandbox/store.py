"""Where everything is kept: one SQLite file, and beside it the lines that are not committed yet (`redo.py`).

Only what differs from an empty object is kept (`shapes.py` knows the rest). What was answered survives a kill of the
process; a power cut may take the last seconds, never the order.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from integrations.stripe.sandbox.redo import Redo
from integrations.stripe.sandbox.things import Delivery, Thing, Window

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, live INTEGER NOT NULL,
    account TEXT NOT NULL, created INTEGER NOT NULL, ref1 TEXT, ref2 TEXT, fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, live, account, seq);
CREATE INDEX IF NOT EXISTS objects_by_ref1 ON objects (ref1, kind, seq) WHERE ref1 IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_ref2 ON objects (ref2, kind, seq) WHERE ref2 IS NOT NULL;
CREATE TABLE IF NOT EXISTS balances (
    live INTEGER NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL,
    available INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (live, account, currency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    owner TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (owner, key)
);
CREATE TABLE IF NOT EXISTS tasks (seq INTEGER PRIMARY KEY, at REAL NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tasks_by_time ON tasks (at);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL, tries INTEGER NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
FILE = "stripe.sqlite"
GENERATION = "generation"
_SELECT = "SELECT id, kind, live, account, created, fields, ref1, ref2, seq FROM objects"


class Store:
    """One connection, for the thread that made it. Everything is done between `begin` and `keep` or `undo`."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: None keeps everything in memory."""
        self._db = sqlite3.connect(folder / FILE if folder else ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA cache_size = -65536")
        # Savepoints keep aside what they may have to put back.
        self._db.execute("PRAGMA temp_store = MEMORY")
        # Done by `copy_back`, in another thread: it waits for the disk.
        self._db.execute("PRAGMA wal_autocheckpoint = 0")
        self._db.executescript(SCHEMA)
        self._folder = folder
        self._redo = Redo(folder) if folder else None
        self._done: list[list[Any]] = []
        self._has_changed = True
        self._generation = int(self._fact(GENERATION) or 0)
        self._db.execute("BEGIN")
        if self._redo is not None:
            for statements in self._redo.lines(self._generation):
                for sql, *values in statements:
                    self._db.execute(sql, values).fetchall()
            self.flush()

    def close(self) -> None:
        self.flush()
        if self._redo is not None:
            self._redo.close()
        self._db.close()

    def flush(self, *, restarts_log: bool = False) -> None:
        """Put what was kept into the database file, some times a second.

        `restarts_log`: also copy the rest of SQLite's log back, and begin it anew. Under a steady load this is the only
        moment in which nobody reads it, and it would grow for ever.
        """
        if not self._has_changed:
            return
        self._has_changed = False
        self._generation += 1
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (GENERATION, str(self._generation)))
        self._db.execute("COMMIT")
        if self._redo is not None:
            self._redo.begin(self._generation)
        if restarts_log:
            self._db.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        self._db.execute("BEGIN")

    def copy_back(self) -> None:
        """Copy what was committed from SQLite's log into the database; for another thread, as it waits for the disk."""
        if self._folder is not None:
            other = sqlite3.connect(self._folder / FILE)
            try:
                other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                other.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of it or nothing."""
        self.begin()
        try:
            yield
        except BaseException:
            self.undo()
            raise
        self.keep()

    def begin(self) -> None:
        self._db.execute("SAVEPOINT one")

    def keep(self) -> None:
        """Make it last: from here on it may be answered."""
        self._db.execute("RELEASE one")
        if self._done:
            self._has_changed = True
            if self._redo is not None:
                self._redo.write(self._done)
            self._done = []

    def undo(self) -> None:
        self._db.execute("ROLLBACK TO one")
        self._db.execute("RELEASE one")
        self._done = []

    def _write(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self._done.append([sql, *values])
        return self._db.execute(sql, values)

    def insert(self, thing: Thing) -> Thing:
        cursor = self._write(
            "INSERT INTO objects (id, kind, live, account, created, ref1, ref2, fields) VALUES (?,?,?,?,?,?,?,?)",
            thing.id,
            thing.kind,
            thing.live,
            thing.account,
            thing.created,
            thing.ref1,
            thing.ref2,
            orjson.dumps(thing.fields).decode(),
        )
        thing.seq = cursor.lastrowid or 0
        return thing

    def save(self, thing: Thing) -> None:
        self._write(
            "UPDATE objects SET fields = ?, ref1 = ?, ref2 = ? WHERE seq = ?",
            orjson.dumps(thing.fields).decode(),
            thing.ref1,
            thing.ref2,
            thing.seq,
        )

    def delete(self, thing: Thing) -> None:
        self._write("DELETE FROM objects WHERE seq = ?", thing.seq)

    def get(self, id: str) -> Thing | None:
        row = self._db.execute(f"{_SELECT} WHERE id = ?", (id,)).fetchone()
        return _thing(row) if row else None

    def all_of(self, kind: str) -> list[Thing]:
        """Return every object of a kind, in the order they were made."""
        return [_thing(row) for row in self._db.execute(f"{_SELECT} WHERE kind = ? ORDER BY seq", (kind,))]

    def with_ref(self, kind: str, ref: str, *, second: bool = False) -> list[Thing]:
        """Return the objects of a kind that are about another one, in the order they were made."""
        column = "ref2" if second else "ref1"
        rows = self._db.execute(f"{_SELECT} WHERE {column} = ? AND kind = ? ORDER BY seq", (ref, kind))
        return [_thing(row) for row in rows]

    def newest(self, limit: int, kinds: Sequence[str]) -> list[Thing]:
        """Return the newest objects of these kinds, of all accounts, newest first."""
        marks = ",".join("?" * len(kinds))
        rows = self._db.execute(
            f"{_SELECT} WHERE kind IN ({marks}) ORDER BY seq DESC LIMIT ?", (*kinds, limit)
        )
        return [_thing(row) for row in rows]

    def page(
        self,
        kind: str,
        *,
        live: bool,
        account: str,
        window: Window,
        refs: dict[str, str],
        fields: dict[str, Sequence[str]],
    ) -> tuple[list[Thing], bool]:
        """Return a part of a list, newest first, and whether there is more in that direction.

        `refs`: by column; `fields`: by path into the object, one of these texts; "" alone for what is usual.
        """
        where, values = ["kind = ?", "live = ?", "account = ?"], [kind, live, account]
        for column, ref in refs.items():
            where.append(f"{column} = ?")
            values.append(ref)
        for path, allowed in fields.items():
            if list(allowed) == [""]:
                where.append(f"json_extract(fields, '$.{path}') IS NULL")
                continue
            where.append(f"json_extract(fields, '$.{path}') IN ({','.join('?' * len(allowed))})")
            values += allowed
        for operator, seconds in window.created:
            where.append(f"created {operator} ?")
            values.append(seconds)
        if window.after is not None:
            where.append("seq < (SELECT seq FROM objects WHERE id = ?)")
            values.append(window.after)
        if window.before is not None:
            where.append("seq > (SELECT seq FROM objects WHERE id = ?)")
            values.append(window.before)
        order = "ASC" if window.before is not None else "DESC"
        rows = self._db.execute(
            f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?", (*values, window.limit + 1)
        ).fetchall()
        found = [_thing(row) for row in rows[: window.limit]]
        if window.before is not None:
            found.reverse()
        return found, len(rows) > window.limit

    def change_balance(
        self, *, live: bool, account: str, currency: str, available: int = 0, pending: int = 0
    ) -> None:
        self._write(
            "INSERT INTO balances VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET"
            " available = available + excluded.available, pending = pending + excluded.pending",
            live,
            account,
            currency,
            available,
            pending,
        )

    def balance(self, *, live: bool, account: str, currency: str) -> tuple[int, int]:
        """Return what is available and what is pending."""
        row = self._db.execute(
            "SELECT available, pending FROM balances WHERE live = ? AND account = ? AND currency = ?",
            (live, account, currency),
        ).fetchone()
        return row or (0, 0)

    def balances(self, *, live: bool, account: str) -> list[tuple[str, int, int]]:
        return self._db.execute(
            "SELECT currency, available, pending FROM balances WHERE live = ? AND account = ? ORDER BY currency",
            (live, account),
        ).fetchall()

    def answer(self, owner: str, key: str) -> tuple[str, int, str] | None:
        """Return what was asked with this idempotency key (a digest), and the answer's status and body."""
        row: tuple[str, int, str] | None = self._db.execute(
            "SELECT asked, status, body FROM answers WHERE owner = ? AND key = ?", (owner, key)
        ).fetchone()
        return row

    def keep_answer(self, owner: str, key: str, *, asked: str, status: int, body: bytes, at: float) -> None:
        sql = "INSERT INTO answers VALUES (?,?,?,?,?,?)"
        self._write(sql, owner, key, asked, status, body.decode(), at)

    def forget(self, *, answers_before: float, events_before: float) -> None:
        """Take away what Stripe does not keep either."""
        self._write("DELETE FROM answers WHERE at < ?", answers_before)
        self._write(
            "DELETE FROM objects WHERE kind IN ('event', 'v2.core.event') AND created < ?", int(events_before)
        )

    def plan(self, at: float, name: str, about: str) -> None:
        """Note something that is to happen later."""
        self._write("INSERT INTO tasks (at, name, about) VALUES (?,?,?)", at, name, about)

    def take_due(self, now: float, limit: int = 200) -> list[tuple[str, str]]:
        """Return name and object of what is due, and forget it; inside the caller's transaction."""
        rows = self._write(
            "DELETE FROM tasks WHERE seq IN (SELECT seq FROM tasks WHERE at <= ? ORDER BY at, seq LIMIT ?)"
            " RETURNING seq, name, about",
            now,
            limit,
        ).fetchall()
        return [(name, about) for _, name, about in sorted(rows)]

    def next_due(self) -> float | None:
        row: tuple[float | None] = self._db.execute("SELECT min(at) FROM tasks").fetchone()
        return row[0]

    def deliver(self, event: str, endpoint: str, at: float) -> Delivery:
        cursor = self._write(
            "INSERT INTO deliveries (event, endpoint, tries, at) VALUES (?,?,0,?)", event, endpoint, at
        )
        return Delivery(cursor.lastrowid or 0, event, endpoint, 0, at)

    def deliveries(self) -> list[Delivery]:
        """Return all that are under way, in the order of their events."""
        rows = self._db.execute("SELECT seq, event, endpoint, tries, at FROM deliveries ORDER BY seq")
        return [Delivery(*row) for row in rows]

    def delivered(self, sequences: Iterable[int]) -> None:
        for seq in sequences:
            self._write("DELETE FROM deliveries WHERE seq = ?", seq)

    def try_again(self, delivery: Delivery, at: float) -> Delivery:
        self._write("UPDATE deliveries SET tries = tries + 1, at = ? WHERE seq = ?", at, delivery.seq)
        return Delivery(delivery.seq, delivery.event, delivery.endpoint, delivery.tries + 1, at)

    def pending_deliveries(self, event: str) -> int:
        row: tuple[int] = self._db.execute(
            "SELECT count(*) FROM deliveries WHERE event = ?", (event,)
        ).fetchone()
        return row[0]

    def fact(self, name: str, first: str) -> str:
        """Return a fact of this installation; `first` becomes it if there is none."""
        known = self._fact(name)
        if known is None:
            self.set_fact(name, first)
        return known or first

    def set_fact(self, name: str, value: str) -> None:
        self._write("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def _fact(self, name: str) -> str | None:
        row: tuple[str] | None = self._db.execute(
            "SELECT value FROM facts WHERE name = ?", (name,)
        ).fetchone()
        return row[0] if row else None


def _thing(row: Any) -> Thing:
    return Thing(row[0], row[1], bool(row[2]), row[3], row[4], orjson.loads(row[5]), row[6], row[7], row[8])
