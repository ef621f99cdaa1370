"""Whose files a caller may see: by what each is for. They are of no environment."""

from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, or_

from db import models
from domain.uploads import UploadPurpose
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import rule, there_is
from permissions.visibility.packages import visible_packages
from permissions.visibility.sales import visible_partners

READ_BY = MappingProxyType(
    {
        UploadPurpose.LOGO: Scope.READ_PARTNER,
        UploadPurpose.DOCUMENT: Scope.READ_PARTNER,
        UploadPurpose.PROPERTY_IMPORT: Scope.READ_PROPERTIES,
        UploadPurpose.SUPPORT_ATTACHMENT: Scope.ASK_SUPPORT,
        UploadPurpose.PACKAGE_IMAGE: Scope.READ_CATALOG,
    }
)
"""Purpose of a file -> who of its partner reads it."""
READ_EVERYWHERE_BY = MappingProxyType({**READ_BY, UploadPurpose.DOCUMENT: Scope.VERIFY_PARTNERS})
"""The same for the platform's staff: documents are for who verifies, and nobody else."""


@rule
def visible_uploads(viewer: Viewer) -> ColumnElement[bool]:
    """The files of one's own partners, all partners' for the staff they are meant for, and the logos and
    pictures of whom and what one sees.
    """
    upload, image, package = models.Upload, models.PackageImage, models.Package
    pictures = there_is(
        image.upload_id == upload.id,
        package.id == image.package_id,
        package.version == image.version,
        visible_packages(viewer),
        outer=upload,
    )
    of_packages = and_(upload.purpose == UploadPurpose.PACKAGE_IMAGE, pictures)
    if viewer.is_anonymous:
        return of_packages
    seen = [
        upload.purpose == each for each, scope in READ_EVERYWHERE_BY.items() if viewer.may_everywhere(scope)
    ]
    seen += [
        and_(upload.purpose == each, upload.partner_id.in_(viewer.partners_with(scope)))
        for each, scope in READ_BY.items()
        if viewer.may(scope)
    ]
    partner = models.Partner
    is_shown = there_is(partner.logo_upload_id == upload.id, visible_partners(viewer), outer=upload)
    seen.append(and_(upload.purpose == UploadPurpose.LOGO, is_shown))
    return or_(*seen, of_packages)
