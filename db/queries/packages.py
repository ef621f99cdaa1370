"""Questions about packages."""

from collections.abc import Sequence

from sqlalchemy import select

from db import models
from db.paging import Keyset, Page, Window
from db.questions import question
from db.rows import One, Visible

CATALOG_ORDER = Keyset((models.Package.sku, models.Package.id))


@question
def page_packages(
    *, visible: Visible, window: Window, product_ids: Sequence[str] | None
) -> Page[models.Package]:
    """Describe the catalog in the order of SKUs."""
    statement = select(models.Package).where(visible)
    if product_ids is not None:
        statement = statement.where(models.Package.sku.in_(product_ids))
    return Page(statement, CATALOG_ORDER, window)


@question
def package_by_sku(product_id: str, *, visible: Visible) -> One[models.Package]:
    """Describe the package of a SKU; SKUs are unique in an environment, which `visible` fixes."""
    return One(select(models.Package).where(visible, models.Package.sku == product_id))
