"""The graph is what its file says, and every part of it says what it is."""

from inspect import getclosurevars

import graphql

from db import models
from server import sdl
from tests.fixtures.graphql import built

ROOTS = ("Query", "Mutation", "Subscription")
OBVIOUS = frozenset({"Boolean", "Float", "ID", "Int", "String"})
"""Scalars of GraphQL itself."""


def test_the_committed_sdl_is_the_print_of_the_graph():
    assert sdl.FILE.read_text() == sdl.printed()


def test_every_type_says_what_it_is():
    """Unions are read by their members, and the roots by their fields."""
    silent = [
        name
        for name, each in built().type_map.items()
        if not name.startswith("__")
        and name not in {*ROOTS, *OBVIOUS}
        and not graphql.is_union_type(each)
        and not (each.description or "").strip()
    ]

    assert silent == []


def test_every_root_field_says_what_it_answers():
    silent = [
        f"{root}.{name}"
        for root in ROOTS
        for name, field in built().type_map[root].fields.items()
        if not (field.description or "").strip()
    ]

    assert silent == []


def test_every_list_of_rows_is_a_connection_or_short_by_nature():
    """Only what belongs to one row, and is few by its nature, is a bare list."""
    bare = sorted(
        f"{each.name}.{name}"
        for each in built().type_map.values()
        if graphql.is_object_type(each)
        and not each.name.endswith("Connection")
        and not each.name.startswith("__")
        for name, field in each.fields.items()
        if graphql.is_list_type(graphql.get_nullable_type(field.type))
        and is_of_rows(graphql.get_named_type(field.type))
    )

    assert bare == [
        "Affiliate.balances",
        "Booking.tickets",
        "BundleSuggestion.hits",
        "CertificationRun.results",
        "Checkout.legs",
        "Checkout.refunds",
        "IntegrationHealth.openAlerts",
        "Introduction.predictions",
        "Introduction.transitions",
        "JournalEntry.postings",
        "OnboardingCase.stages",
        "Package.allotments",
        "Package.images",
        "Package.items",
        "Package.priceRules",
        "PackageVersion.images",
        "PackageVersion.items",
        "PackageVersion.priceRules",
        "Partner.balances",
        "Partner.members",
        "Partner.verificationHistory",
        "PredictionModel.figures",
        "PriceParityRun.differences",
        "Query.balances",
        "Query.checkoutDocuments",
        "Query.introductionFollowUps",
        "Query.nodes",
        "Query.predictionChoices",
        "Query.sponsoredPackages",
        "ReconciliationRun.differences",
        "ResellerReport.resellers",
        "Reservation.lines",
        "SupportMessage.attachments",
        "Ticket.entitlements",
        "Viewer.partners",
    ]


def is_of_rows(type_):
    if graphql.is_interface_type(type_):
        return True
    if not graphql.is_object_type(type_) or type_.extensions["strawberry-definition"].is_type_of is None:
        return False
    model = getclosurevars(type_.extensions["strawberry-definition"].is_type_of).nonlocals["model"]
    return issubclass(model, models.Base)


def test_enums_hand_members_to_resolvers():
    """Sorting a schema makes its enums anew, without the members: the graph that runs is not sorted."""
    channel = built().type_map["Channel"].parse_value("OTA")

    assert type(channel).__name__ == "Channel"
