"""What uploads leave behind, and when it is swept."""

import datetime as dt

from sqlalchemy import select

from db import models
from domain.uploads import FileType, UploadPurpose, UploadStatus
from jobs import uploads as jobs
from services import files
from services.uploads import folder, incoming
from tests.factories.files import CSV
from tests.factories.partners import make_partner
from tests.factories.uploads import make_ready_upload, make_upload
from tests.fixtures.storage import STORAGE, in_pieces

LONG_AFTER = dt.timedelta(minutes=75, seconds=1)


async def rows(work):
    async with work.sessions.read() as session:
        return {each.id: each for each in (await session.scalars(select(models.Upload))).all()}


async def test_what_nobody_confirmed_goes_and_what_is_ready_keeps_its_one_file(work, clock):
    async with work.unit_of_work() as uow:
        partner = await make_partner(uow.session)
        waiting = await make_upload(uow.session, partner)
        ready = await make_ready_upload(uow.session, partner)
    stray = f"{folder(ready.id)}/stray"
    await STORAGE.write(stray, in_pieces(b"of a confirmation that was killed"))

    assert await jobs.sweep(work) == 0
    clock.later(LONG_AFTER)
    assert await jobs.sweep(work) == 2
    assert await jobs.sweep(work) == 0

    left = await rows(work)
    assert {each: row.is_swept for each, row in left.items()} == {ready.id: True}
    assert await STORAGE.keys(folder(ready.id)) == [ready.key]
    assert [await STORAGE.size(incoming(each.id)) for each in (waiting, ready)] == [None, None]


async def test_a_file_of_ours_is_made_in_three_steps(work):
    async with work.unit_of_work() as uow:
        partner = await make_partner(uow.session)
        begun = await files.begin_file(
            uow,
            partner_id=partner.id,
            purpose=UploadPurpose.PROPERTY_IMPORT,
            file_name="rejected rows.csv",
            file_type=FileType.CSV,
            now=work.clock(),
        )
    kept = await files.keep_file(work.storage, begun, in_pieces(CSV))
    async with work.unit_of_work() as uow:
        made = await files.finish_file(uow, upload_id=begun.id, kept=kept, now=work.clock())

    assert (made.status, made.is_generated, made.byte_size) == (UploadStatus.READY, True, len(CSV))
    assert b"".join([piece async for piece in work.storage.read(kept.key)]) == CSV
    async with work.unit_of_work() as uow:
        again = await files.finish_file(uow, upload_id=begun.id, kept=kept, now=work.clock())
    assert again.key == made.key


async def test_a_file_of_ours_that_was_not_finished_is_swept(work, clock):
    async with work.unit_of_work() as uow:
        partner = await make_partner(uow.session)
        begun = await files.begin_file(
            uow,
            partner_id=partner.id,
            purpose=UploadPurpose.PROPERTY_IMPORT,
            file_name="rejected rows.csv",
            file_type=FileType.CSV,
            now=work.clock(),
        )
    kept = await files.keep_file(work.storage, begun, in_pieces(CSV))

    clock.later(dt.timedelta(hours=7, seconds=1))
    assert await jobs.sweep(work) == 1

    assert (await rows(work), await STORAGE.size(kept.key)) == ({}, None)
