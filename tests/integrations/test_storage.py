"""Files on this machine and in a bucket: the same acts, on a real folder and a real S3 on the wire."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from moto.server import ThreadedMotoServer

from domain.errors import GatewayError
from domain.signed_links import MayFetch, MaySend, allowed_by, attachment
from integrations.storage.addresses import storage_at
from integrations.storage.local import LocalStorage
from integrations.storage.objects import PART
from integrations.storage.s3 import S3Storage
from tests.factories.files import LINKS
from tests.fixtures.storage import in_pieces

LARGE = PART * 2 + 17


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """An S3 that speaks the protocol on a port of this machine, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    httpx2.put(f"{url}/files").raise_for_status()
    yield url
    server.stop()


@pytest.fixture
def s3(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> S3Storage:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the tests")
    storage = at(f"s3://files?endpoint={s3_url}&region=eu-south-1&prefix=interline")
    assert isinstance(storage, S3Storage)
    return storage


@pytest.fixture
def folder(tmp_path) -> LocalStorage:
    storage = at((tmp_path / "uploads").as_uri())
    assert isinstance(storage, LocalStorage)
    return storage


@pytest.fixture(params=["folder", "s3"])
def kept(request):
    return request.getfixturevalue(request.param)


def at(url: str):
    return storage_at(url, public_url="https://api.example", secret=LINKS, clock=now)


async def content_of(storage, key: str) -> bytes:
    return b"".join([piece async for piece in storage.read(key)])


async def test_a_file_is_written_read_and_deleted(kept):
    content = bytes(range(256)) * 10

    await kept.write("files/a/1", in_pieces(content), media_type="image/png", disposition=attachment("ä.png"))

    assert await kept.size("files/a/1") == len(content)
    assert await content_of(kept, "files/a/1") == content
    await kept.delete("files/a/1", "files/a/never")
    assert await kept.size("files/a/1") is None


async def test_a_file_of_several_parts_is_whole_again(kept):
    await kept.write("files/large", in_pieces(b"x" * LARGE, 700_000))

    pieces = [len(piece) async for piece in kept.read("files/large")]
    assert (sum(pieces), len(pieces) > 1) == (LARGE, True)


async def test_what_breaks_off_is_not_kept(kept):
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * LARGE
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await kept.write("files/broken", broken())

    assert await kept.size("files/broken") is None
    assert await kept.keys("files/broken") == []


async def test_a_folder_tells_its_files_and_no_neighbours(kept):
    for key in ("files/b/2", "files/b/1", "files/bb/3"):
        await kept.write(key, in_pieces(b"x"))

    assert await kept.keys("files/b") == ["files/b/1", "files/b/2"]
    assert await kept.keys("files/none") == []


async def test_what_is_not_there_can_not_be_read(kept):
    with pytest.raises(GatewayError) as failed:
        await content_of(kept, "files/none")

    assert failed.value.vendor == "storage"


async def test_a_file_is_sent_to_the_bucket_and_fetched_from_it_by_presigned_links(s3):
    until = now() + dt.timedelta(minutes=15)
    door = await s3.door("incoming/1", media_type="image/png", max_bytes=10, until=until)
    async with httpx2.AsyncClient() as http:
        headers = {each.name: each.value for each in door.headers}
        sent = await http.request(door.method, door.url, content=b"a picture", headers=headers)
        await s3.write(
            "files/1",
            s3.read("incoming/1"),
            media_type="image/png",
            disposition=attachment("Größe.png"),
        )
        link = await s3.link("files/1", file_name="Größe.png", media_type="image/png", until=until)
        fetched = await http.get(link)

    assert (door.method, door.expires_at, sent.status_code) == ("PUT", until, 200)
    assert fetched.content == b"a picture"
    assert fetched.headers["content-type"] == "image/png"
    assert fetched.headers["content-disposition"] == attachment("Größe.png")
    assert "X-Amz-Expires=" in link
    assert "of the tests" not in link


async def test_a_bucket_that_is_away_is_a_gateway_error(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the tests")
    away = at("s3://files?endpoint=http://127.0.0.1:9")

    for act in (away.size("a"), away.keys("a"), away.write("a", in_pieces(b"x"))):
        with pytest.raises(GatewayError) as failed:
            await act
        assert failed.value.retryable
        assert "127.0.0.1" not in str(failed.value)


async def test_links_of_our_own_lead_to_our_own_doors(folder):
    until = now() + dt.timedelta(minutes=5)

    door = await folder.door("incoming/1", media_type="text/csv", max_bytes=10, until=until)
    link = await folder.link("files/1", file_name="rows.csv", media_type="text/csv", until=until)

    start, _, token = door.url.rpartition("/")
    assert start == "https://api.example/uploads"
    assert allowed_by(LINKS, MaySend, token, now=now()) == MaySend("incoming/1", 10, "text/csv")
    start, _, token = link.rpartition("/")
    assert start == "https://api.example/downloads"
    assert allowed_by(LINKS, MayFetch, token, now=now()) == MayFetch("files/1", "rows.csv", "text/csv")


@pytest.mark.parametrize(
    "url", ["", "ftp://host/a", "file://host/a", "s3://", "s3://bucket?colour=red", "/var/files"]
)
def test_a_url_that_names_no_storage_is_told_at_start(url):
    with pytest.raises(ValueError, match="INTERLINE_STORAGE_URL"):
        at(url)
