"""Whose certification a caller may follow; runs are of no environment."""

from sqlalchemy import ColumnElement, or_

from db import models
from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import of_own_partners, refers, rule


@rule
def visible_certification_runs(viewer: Viewer) -> ColumnElement[bool]:
    """The runs of one's own partners: for who is to certify, and for who looks on."""
    partner_id = models.CertificationRun.partner_id
    return or_(
        of_own_partners(viewer, partner_id, Scope.CERTIFY),
        of_own_partners(viewer, partner_id, Scope.READ_PARTNER),
    )


@rule
def visible_scenario_results(viewer: Viewer) -> ColumnElement[bool]:
    """What came of runs one may see."""
    return refers(
        models.ScenarioResult.run_id, models.CertificationRun.id, visible_certification_runs(viewer)
    )
