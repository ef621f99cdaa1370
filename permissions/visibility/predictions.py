"""Who sees what was learned from introductions, and what is predicted of them: the platform's staff alone.

What is said of a partner's chances is no word to the partner, and none to its competitors.
"""

from sqlalchemy import ColumnElement, true

from permissions.viewer import Scope, Viewer
from permissions.visibility.minting import NOTHING, rule


@rule
def visible_prediction_models(viewer: Viewer) -> ColumnElement[bool]:
    """Versions are for who runs the platform."""
    return true() if viewer.may_everywhere(Scope.OPERATE) else NOTHING


@rule
def visible_prediction_figures(viewer: Viewer) -> ColumnElement[bool]:
    """How versions did is for who sees them."""
    return true() if viewer.may_everywhere(Scope.OPERATE) else NOTHING


@rule
def visible_prediction_choices(viewer: Viewer) -> ColumnElement[bool]:
    """What speaks is for who chooses it."""
    return true() if viewer.may_everywhere(Scope.OPERATE) else NOTHING


@rule
def visible_introduction_predictions(viewer: Viewer) -> ColumnElement[bool]:
    """What was predicted of introductions: for who sits at their desk."""
    return true() if viewer.may_everywhere(Scope.MANAGE_INTRODUCTIONS) else NOTHING
