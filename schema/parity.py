"""Price parity as the graph shows it."""

import datetime as dt

import strawberry

from db import models
from permissions.viewer import Scope
from resolvers import parity as resolve
from schema.connections import Connection
from schema.nodes import Node
from schema.packages import Package
from schema.quotes import PartyMember
from schema.sources import related, represents, resolved_by


@strawberry.type(description="One price that is not the same on both channels.")
class PriceParityDifference:
    is_type_of = represents(models.PriceParityDifference)

    package: Package | None = related(models.PriceParityDifference.package)
    date: dt.date | None = strawberry.field(description="The day of the visit, if any.")
    party: list[PartyMember] = resolved_by(resolve.party)
    direct: str = strawberry.field(
        description="What a guest is quoted, in minor units, `60000 HKD`; or the code of a refusal."
    )
    ota: str = strawberry.field(description="What a reseller's hold would cost, or the code of a refusal.")


@strawberry.type(description="One comparison of what some packages cost on DIRECT and OTA in the next days.")
class PriceParityRun(Node):
    is_type_of = represents(models.PriceParityRun)

    packages: int = strawberry.field(description="How many were priced.")
    prices: int = strawberry.field(description="How many prices were compared: those both channels have.")
    wrong: int = strawberry.field(description="How many of them differ; it should be 0.")
    differences: list[PriceParityDifference] = related(models.PriceParityRun.differences)
    at: dt.datetime


@strawberry.type
class ParityQuery:
    price_parity_runs: Connection[PriceParityRun] = resolved_by(
        resolve.price_parity_runs, scope=Scope.READ_FINANCE
    )
