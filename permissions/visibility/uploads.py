"""Whose files a caller may see: by what each is for. They are of no environment."""

from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, or_

from db import models
from domain.uploads import UploadPurpose
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, rule

READ_BY = MappingProxyType(
    {
        UploadPurpose.LOGO: Scope.READ_PARTNER,
        UploadPurpose.DOCUMENT: Scope.READ_PARTNER,
        UploadPurpose.PROPERTY_IMPORT: Scope.READ_PROPERTIES,
        UploadPurpose.SUPPORT_ATTACHMENT: Scope.ASK_SUPPORT,
    }
)
"""Purpose of a file -> who of its partner reads it."""
READ_EVERYWHERE_BY = MappingProxyType({**READ_BY, UploadPurpose.DOCUMENT: Scope.VERIFY_PARTNERS})
"""The same for the platform's staff: documents are for who verifies, and nobody else."""


@rule
def visible_uploads(viewer: Viewer) -> ColumnElement[bool]:
    """The files of one's own partners, and of all partners for the staff they are meant for."""
    upload = models.Upload
    seen = [
        upload.purpose == each for each, scope in READ_EVERYWHERE_BY.items() if viewer.may_everywhere(scope)
    ]
    seen += [
        and_(upload.purpose == each, upload.partner_id.in_(viewer.partners_with(scope)))
        for each, scope in READ_BY.items()
        if viewer.may(scope)
    ]
    return or_(*seen) if seen else NOTHING
