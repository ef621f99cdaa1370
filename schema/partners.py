"""Partners as the graph shows them."""

import datetime as dt

import strawberry

from db import models
from domain.partners import PartnerType
from schema.nodes import Node
from schema.sources import represents


@strawberry.type(description="An organization on the platform.")
class Partner(Node):
    is_type_of = represents(models.Partner)

    name: str
    type: PartnerType
    created_at: dt.datetime
