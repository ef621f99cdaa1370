"""Files that partners send, in the graph."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from db import models
from domain.ids import global_id
from domain.signed_links import MayFetch, MaySend, allowed_by
from domain.uploads import MAX_BYTES, UploadPurpose
from services import uploads
from tests.factories.files import LINKS, archive, compound, pdf, png, xlsx
from tests.factories.uploads import make_ready_upload, make_upload
from tests.fixtures.acts import refusal
from tests.fixtures.storage import STORAGE, in_pieces

PREPARE = """mutation($input: PrepareUploadInput!) { prepareUpload(input: $input) {
  __typename ... on Refusal { code message } ... on UploadTooLarge { max } ... on UnsupportedFileType { allowed }
  ... on PreparedUpload { url method headers { name value } expiresAt upload { id status url fileName } } } }"""
CONFIRM = """mutation($input: ConfirmUploadInput!) { confirmUpload(input: $input) {
  __typename ... on Refusal { code } ... on UploadNotReady { current }
  ... on Upload { status problem fileType byteSize sha256 } } }"""
NODE = "query($id: ID!) { node(id: $id) { ... on Upload { fileName url explanation status } } }"


def wanted(world, **facts):
    return {
        "partnerId": global_id("Partner", world.operator.id),
        "purpose": "LOGO",
        "fileName": "logo.png",
        "mediaType": "image/png",
        "byteSize": 1000,
    } | facts


async def made(acts, make, *arguments, **facts):
    async with acts.work() as uow:
        return await make(uow.session, *arguments, **facts)


async def confirmed(graph, viewer, upload):
    return await graph.data(viewer, CONFIRM, input={"id": global_id("Upload", upload.id)})


async def test_an_upload_is_prepared_sent_and_confirmed(graph, acts, owner, world):
    prepared = await graph.data(owner, PREPARE, input=wanted(world, fileName="C:\\logos\\Größe.png"))

    (row,) = await acts.rows(select(models.Upload))
    token = urlsplit(prepared["url"]).path.removeprefix("/uploads/")
    allowed = allowed_by(LINKS, MaySend, token, now=acts.now)
    assert allowed == MaySend(f"incoming/{row.id.hex}", 2 * 1024 * 1024, "image/png")
    assert prepared["method"] == "PUT"
    assert prepared["headers"] == [{"name": "Content-Type", "value": "image/png"}]
    assert prepared["expiresAt"] == "2026-11-18T08:15:00.000Z"
    assert prepared["upload"] == {
        "id": global_id("Upload", row.id),
        "status": "AWAITING",
        "url": None,
        "fileName": "Größe.png",
    }

    await STORAGE.write(allowed.key, in_pieces(png()))
    answer = await confirmed(graph, owner, row)

    assert answer | {"sha256": len(answer["sha256"])} == {
        "__typename": "Upload",
        "status": "READY",
        "problem": None,
        "fileType": "PNG",
        "byteSize": len(png()),
        "sha256": 64,
    }
    found = await graph.data(owner, NODE, id=global_id("Upload", row.id))
    link = urlsplit(found["url"]).path.removeprefix("/downloads/")
    (row,) = await acts.rows(select(models.Upload))
    assert allowed_by(LINKS, MayFetch, link, now=acts.now) == MayFetch(row.key, "Größe.png", "image/png")
    assert b"".join([piece async for piece in STORAGE.read(row.key)]) == png()


async def test_a_repeated_request_is_the_same_upload(graph, acts, owner, world):
    first = await graph.data(owner, PREPARE, input=wanted(world, idempotencyKey="logo-1"))
    again = await graph.data(owner, PREPARE, input=wanted(world, idempotencyKey="logo-1"))

    assert again == first
    assert len(await acts.rows(select(models.Upload))) == 1


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        (
            {"byteSize": 1024**3, "purpose": "PROPERTY_IMPORT"},
            {"code": "UPLOAD_TOO_LARGE", "max": 50 * 1024**2},
        ),
        ({"byteSize": 0}, {"code": "INVALID_INPUT"}),
        ({"fileName": " "}, {"code": "INVALID_INPUT"}),
        ({"mediaType": "image/svg+xml"}, {"code": "UNSUPPORTED_FILE_TYPE"}),
        (
            {"mediaType": "application/octet-stream", "fileName": "logo.exe"},
            {"code": "UNSUPPORTED_FILE_TYPE"},
        ),
        ({"mediaType": "text/csv"}, {"allowed": ["image/jpeg", "image/png", "image/webp"]}),
    ],
)
async def test_what_can_be_told_beforehand_is_refused_before_a_byte_is_sent(
    graph, acts, owner, world, facts, answer
):
    told = await graph.data(owner, PREPARE, input=wanted(world, **facts))

    assert {name: told[name] for name in answer} == answer
    assert await acts.rows(select(models.Upload)) == []


@pytest.mark.parametrize(
    ("purpose", "content", "problem"),
    [
        ("LOGO", b"", "EMPTY"),
        ("LOGO", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "UNSUPPORTED"),
        ("LOGO", b" <!DOCTYPE html><script>alert(1)</script>", "UNSUPPORTED"),
        ("LOGO", pdf(), "UNSUPPORTED"),
        ("LOGO", png()[:-20], "DAMAGED"),
        ("LOGO", png() + bytes(MAX_BYTES[UploadPurpose.LOGO]), "TOO_LARGE"),
        ("DOCUMENT", b"MZ\x90\x00", "UNSUPPORTED"),
        ("PROPERTY_IMPORT", xlsx()[:-30], "DAMAGED"),
        ("PROPERTY_IMPORT", archive({"a.txt": b"text"}), "UNSUPPORTED"),
        ("PROPERTY_IMPORT", xlsx(xl__x=b"") + b"", None),
        ("PROPERTY_IMPORT", compound("EncryptedPackage"), "PASSWORD_PROTECTED"),
        ("PROPERTY_IMPORT", compound("Workbook"), "OLD_SPREADSHEET"),
        ("PROPERTY_IMPORT", xlsx(bomb=bytes(40 * 1024**2)), "UNPACKS_TOO_LARGE"),
    ],
)
async def test_what_a_file_is_only_its_content_tells(graph, acts, owner, world, purpose, content, problem):
    upload = await made(acts, make_upload, world.operator, purpose=UploadPurpose(purpose), content=content)

    answer = await confirmed(graph, owner, upload)

    assert (answer["status"], answer["problem"]) == ("REFUSED" if problem else "READY", problem)
    (row,) = await acts.rows(select(models.Upload))
    assert await STORAGE.keys(uploads.folder(upload.id)) == ([] if problem else [row.key])
    shown = await graph.data(owner, NODE, id=global_id("Upload", upload.id))
    assert (shown["explanation"] is None, shown["url"] is None) == (problem is None, problem is not None)


async def test_confirmed_twice_an_upload_answers_the_same_whatever_was_sent_since(graph, acts, owner, world):
    upload = await made(acts, make_upload, world.operator)
    first = await confirmed(graph, owner, upload)

    await STORAGE.write(uploads.incoming(upload.id), in_pieces(b"<html>"))
    again = await confirmed(graph, owner, upload)

    assert (again, first["status"]) == (first, "READY")
    (row,) = await acts.rows(select(models.Upload))
    assert b"".join([piece async for piece in STORAGE.read(row.key)]) == pdf()
    (entry,) = await acts.rows(select(models.AuditEntry))
    assert (entry.act, entry.facts["status"]) == ("uploads.confirm", "READY")


async def test_an_upload_whose_file_did_not_come_is_not_ready(graph, acts, owner, world):
    upload = await made(acts, make_upload, world.operator)
    await STORAGE.delete(uploads.incoming(upload.id))

    answer = await confirmed(graph, owner, upload)

    assert answer == {"__typename": "UploadNotReady", "code": "UPLOAD_NOT_READY", "current": "AWAITING"}


async def test_an_upload_nobody_confirmed_in_time_is_as_good_as_gone(graph, acts, owner, world):
    upload = await made(acts, make_upload, world.operator)
    acts.later(dt.timedelta(minutes=45, seconds=1))

    assert (await confirmed(graph, owner, upload))["code"] == "NOT_FOUND"


@pytest.mark.viewers(
    "rival's owner", "reseller's owner", "account manager", "operator's owner", "platform admin"
)
async def test_a_document_is_seen_by_its_partner_and_by_who_verifies(graph, acts, world, viewer, request):
    upload = await made(acts, make_ready_upload, world.operator)

    found = await graph.data(viewer, NODE, id=global_id("Upload", upload.id))

    may = request.node.callspec.params["viewer"] in ("operator's owner", "platform admin")
    assert (found is not None) is may


async def test_an_upload_is_taken_by_its_partner_for_its_purpose_once_it_is_ready(acts, owner, world):
    ready = await made(acts, make_ready_upload, world.operator)
    waiting = await made(acts, make_upload, world.operator)
    others = await made(acts, make_ready_upload, world.reseller)

    async def taken(upload_id, purpose=UploadPurpose.DOCUMENT):
        async with acts.work() as uow:
            return await uploads.take(
                uow, owner, upload_id=upload_id, purpose=purpose, partner_id=world.operator.id
            )

    assert (await taken(ready.id)).id == ready.id
    assert (await refusal(taken(waiting.id))).code == "UPLOAD_NOT_READY"
    for refused in (taken(others.id), taken(None), taken(ready.id, UploadPurpose.LOGO)):
        assert (await refusal(refused)).code == "NOT_FOUND"


async def test_an_upload_takes_one_statement_to_read(graph, acts, owner, world, sql):
    upload = await made(acts, make_ready_upload, world.operator)

    count, found = await sql.of(graph.data(owner, NODE, id=global_id("Upload", upload.id)))

    assert (count, found["status"]) == (1, "READY")
