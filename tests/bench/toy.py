"""A server that answers as the api would, and counts what it was asked."""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager


class Toy:
    """Counts calls by path and keeps what was sent; refuses holds beyond its units."""

    def __init__(self, units=1_000_000, hang_up_after=None):
        self.calls: Counter[tuple[str, str]] = Counter()
        self.connections = 0
        self.under_way = self.most_under_way = 0
        self.keys: list[bytes] = []
        self.products: list[str] = []
        self.units, self.hang_up_after = units, hang_up_after
        self.port = 0

    async def serve(self, reader, writer):
        self.connections += 1
        answered = 0
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                body = json.loads(await reader.readexactly(length)) if length else {}
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                await asyncio.sleep(0.001)
                status, answer = self.answer(head, body)
                self.under_way -= 1
                text = json.dumps(answer).encode()
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(text)}\r\n\r\n".encode() + text)
                answered += 1
                if answered == self.hang_up_after:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, head, body):
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.calls[method, path.partition("?")[0].rpartition("/")[2]] += 1
        self.keys += [
            line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"Idempotency-Key")
        ]
        if path == "/graphql":
            return 200, {"data": {"createReservation": {} if self.units < 1 else self.hold(1)}}
        if path.endswith("/reserve"):
            wanted = sum(line["quantity"] for line in body["lines"])
            self.products += [line["product_id"] for line in body["lines"]]
            return (
                (201, self.hold(wanted))
                if wanted <= self.units
                else (409, {"code": "INSUFFICIENT_INVENTORY"})
            )
        if path.endswith("/activate"):
            return 201, {"order_id": "bkg_1"}
        return 200, {"products": [{"available": self.units}]}

    def hold(self, units):
        self.units -= units
        return {"reservation_id": "rsv_1"}


@asynccontextmanager
async def serving(toy):
    server = await asyncio.start_server(toy.serve, "127.0.0.1", 0)
    toy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield toy
