"""Each operation as somebody would write it by hand: one statement that returns the answer, ready to be sent."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.peers.templates import FORMS, listed, single, written

Variables = dict[str, Any]

FIRST_UUID, LAST_UUID = "0" * 32, "f" * 32


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that returns one text, with its arguments."""

    sql: str
    arguments: Callable[[Variables], tuple[Any, ...]]


def _values(cursor: str) -> list[str]:
    values: list[str] = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return values


def _after_sku(variables: Variables) -> tuple[str, ...]:
    """Return the keyset after which a page of packages begins: before all rows without a cursor."""
    cursor = variables.get("after")
    return ("", FIRST_UUID) if cursor is None else tuple(_values(cursor))


def _after_id(variables: Variables) -> tuple[str]:
    """Return the id after which a page begins, newest first."""
    cursor = variables.get("after")
    return (LAST_UUID,) if cursor is None else (_values(cursor)[0],)


def _filters(variables: Variables) -> tuple[str, ...]:
    return variables["operation"], variables["status"], *_after_id(variables)


def _id(variables: Variables) -> tuple[str]:
    return (variables["id"].rpartition("_")[2],)


def _answer(inner: str, **named: str) -> str:
    return "SELECT " + written('{"data":{' + inner + "}}", **named)


def _cursor(values: str) -> str:
    """Return the expression of a cursor: JSON in base64 for urls, without its filling."""
    encoded = f"encode(convert_to({values}, 'UTF8'), 'base64')"
    return f"translate({encoded}, '+/=' || chr(10), '-_')"


def _numbered(page: str, order: str) -> str:
    """Return the CTE of a page one row longer than asked, its rows numbered."""
    return f"WITH page AS (SELECT *, row_number() OVER (ORDER BY {order}) AS nth FROM {page}) "


def _end(size: int, cursor: str, order: str) -> str:
    """Return the expression of a cursor at one end of the page's rows, `null` where there is none."""
    ends = f"SELECT '\"' || {cursor} || '\"' FROM page WHERE nth <= {size} ORDER BY nth {order} LIMIT 1"
    return f"coalesce(({ends}), 'null')"


def _partner(row: str, key: str) -> str:
    return single('{"id":"par_«hex r.id»","name":«text r.name»}', f"partners r WHERE r.id = {row}.{key}")


def _items(template: str, package: str) -> str:
    return listed(template, f"package_items WHERE package_id = {package}.id", "position")


def _total(row: str) -> str:
    """Return the money of a row: minor units by the decimals of its currency."""
    unit = f"CASE {row}.currency WHEN 'JPY' THEN 1::numeric WHEN 'KWD' THEN 0.001 ELSE 0.01 END"
    return written(
        '{"amount":"«amount»","currency":"«currency»"}',
        amount=f"({row}.total_minor * {unit})::text",
        currency=f"{row}.currency",
    )


PACKAGES = "packages WHERE environment = 'LIVE' AND (sku, id) > ($1, $2::uuid) ORDER BY sku, id LIMIT {}"
NEWEST = "environment = 'LIVE' AND id < $1::uuid ORDER BY id DESC LIMIT {}"
NAME = "(p.names->'en')::text"

BIG = _answer(
    '"products":{"nodes":[«nodes»]}',
    nodes=listed(
        '{"id":"pkg_«hex p.id»","name":«name»,"currency":"«p.currency»","partner":«partner»,"items":[«items»]}',
        f"(SELECT * FROM {PACKAGES.format(50)}) p",
        "p.sku, p.id",
        name=NAME,
        partner=_partner("p", "partner_id"),
        items=_items('{"kind":"«kind»","functionCode":"«function_code»","quantity":«quantity»}', "p"),
    ),
)

HUNDRED_BY_TWENTY = _answer(
    '"products":{"nodes":[«nodes»]}',
    nodes=listed(
        '{"id":"pkg_«hex p.id»","productId":"«p.sku»","items":[«items»]}',
        f"(SELECT * FROM {PACKAGES.format(100)}) p",
        "p.sku, p.id",
        items=_items('{"functionCode":"«function_code»","label":«text label»,"quantity":«quantity»}', "p"),
    ),
)

EMPTY = _numbered(
    "(SELECT * FROM packages WHERE environment = 'LIVE' AND sku = ANY($1::text[]) ORDER BY sku, id LIMIT 21) q",
    "sku, id",
) + _answer(
    '"products":{"nodes":[«nodes»],"pageInfo":{"hasNextPage":«more»,"endCursor":«end»}}',
    nodes=listed(
        '{"id":"pkg_«hex p.id»","name":«name»,"partner":«partner»}',
        "page p WHERE nth <= 20",
        "nth",
        name=NAME,
        partner=_partner("p", "partner_id"),
    ),
    more="SELECT CASE WHEN count(*) > 20 THEN 'true' ELSE 'false' END FROM page",
    end=_end(20, _cursor("""'["' || sku || '","' || id || '"]'"""), "DESC"),
)

SMALL = _answer(
    '"reservation":«reservation»',
    reservation=single(
        '{"id":"rsv_«hex b.id»","status":"«status»","units":«b.units»,"total":«total»,"reseller":«reseller»}',
        "reservations b WHERE environment = 'LIVE' AND id = $1::uuid",
        status="CASE WHEN b.status = 'ACTIVE' AND b.expires_at <= now() THEN 'EXPIRED' ELSE b.status END",
        total=_total("b"),
        reseller=_partner("b", "reseller_id"),
    ),
)

WIDE = _answer(
    '"orders":{"nodes":[«nodes»]}',
    nodes=listed(
        '{"id":"bkg_«hex b.id»","channel":"«b.channel»","confirmationCode":"«b.confirmation_code»",'
        '"customerName":«text b.customer_name»,"customerEmail":«text b.customer_email»,'
        '"customerPhone":«text b.customer_phone»,"paymentReference":«text b.payment_reference»,'
        '"specialRequests":«maybe b.special_requests»,"total":«total»,"currency":"«b.currency»",'
        '"createdAt":"«time b.created_at»"}',
        f"(SELECT * FROM bookings WHERE {NEWEST.format(50)}) b",
        "b.id DESC",
        total=_total("b"),
    ),
)

DEEP = _answer(
    '"orders":{"nodes":[«nodes»]}',
    nodes=listed(
        '{"id":"bkg_«hex b.id»","confirmationCode":"«b.confirmation_code»","total":«total»,"reseller":«reseller»,'
        '"tickets":[«tickets»]}',
        f"(SELECT * FROM bookings WHERE {NEWEST.format(10)}) b",
        "b.id DESC",
        total=_total("b"),
        reseller=_partner("b", "reseller_id"),
        tickets=listed(
            '{"ticketCode":"«t.code»","status":"«t.status»","entitlements":[«entitlements»],"product":«product»}',
            "tickets t WHERE t.booking_id = b.id",
            "t.position",
            entitlements=listed(
                '{"functionCode":"«function_code»","remaining":«remaining»}',
                "ticket_entitlements WHERE ticket_id = t.id",
                "position",
            ),
            product=single(
                '{"id":"pkg_«hex p.id»","name":«name»,"partner":«partner»,"items":[«items»]}',
                "packages p WHERE p.id = t.package_id",
                name=NAME,
                partner=_partner("p", "partner_id"),
                items=_items('{"functionCode":"«function_code»","label":«text label»}', "p"),
            ),
        ),
    ),
)

NULLS = _answer(
    '"reservations":{"nodes":[«nodes»]}',
    nodes=listed(
        '{"id":"rsv_«hex b.id»","reference":«maybe b.reference»,"endedAt":«ended»,"reseller":«reseller»,'
        '"lines":[«lines»]}',
        "(SELECT * FROM reservations WHERE status = 'ACTIVE' AND expires_at > now()"
        f" AND {NEWEST.format(50)}) b",
        "b.id DESC",
        ended="coalesce('\"' || " + FORMS["time"].format("b.ended_at") + " || '\"', 'null')",
        reseller=_partner("b", "reseller_id"),
        lines=listed(
            '{"productId":"«product_id»","quantity":«quantity»,"date":«maybe date»}',
            "reservation_lines WHERE reservation_id = b.id",
            "position",
        ),
    ),
)

CALLS = "request_log WHERE environment = 'LIVE' AND operation = $1 AND status = $2"
CALL_CURSOR = _cursor("""'["' || id || '"]'""")
COUNTED = _numbered(
    f"(SELECT * FROM {CALLS} AND id < $3::uuid ORDER BY id DESC LIMIT 26) q", "id DESC"
) + _answer(
    '"apiCalls":{"totalCount":«total»,"pageInfo":{"hasNextPage":«more»,"hasPreviousPage":«before»,'
    '"startCursor":«start»,"endCursor":«end»},"edges":[«edges»]}',
    total=f"SELECT count(*) FROM {CALLS}",
    more="SELECT CASE WHEN count(*) > 25 THEN 'true' ELSE 'false' END FROM page",
    before=f"CASE WHEN $3::uuid = '{LAST_UUID}' THEN 'false' ELSE 'true' END",
    start=_end(25, CALL_CURSOR, "ASC"),
    end=_end(25, CALL_CURSOR, "DESC"),
    edges=listed(
        '{"cursor":"«cursor»","node":{"id":"call_«hex id»","at":"«time at»","operation":«text operation»,'
        '"door":"«door»","status":"«status»","durationMs":«maybe duration_ms»,"requestId":«text request_id»}}',
        "page WHERE nth <= 25",
        "nth",
        cursor=CALL_CURSOR,
    ),
)

NODES = {
    "pkg": single(
        '{"__typename":"Package","id":"pkg_«hex p.id»","productId":"«p.sku»","name":«name»,"partner":«partner»}',
        "packages p WHERE environment = 'LIVE' AND id = $1::uuid",
        name=NAME,
        partner=_partner("p", "partner_id"),
    ),
    "tkt": single(
        '{"__typename":"Ticket","id":"tkt_«hex id»","ticketCode":"«code»","status":"«status»",'
        '"customerType":"«customer_type»","date":«maybe date»}',
        "tickets WHERE environment = 'LIVE' AND id = $1::uuid",
    ),
    "par": single(
        '{"__typename":"Partner","id":"par_«hex id»","name":«text name»,"type":"«type»","createdAt":"«time created_at»"}',
        "partners WHERE id = $1::uuid",
    ),
}
"""By the prefix of the id."""

STATEMENTS: dict[str, Statement] = {
    "big": Statement(BIG, _after_sku),
    "small": Statement(SMALL, _id),
    "deep": Statement(DEEP, _after_id),
    "wide": Statement(WIDE, _after_id),
    "nulls": Statement(NULLS, _after_id),
    "counted": Statement(COUNTED, _filters),
    **{
        f"node {prefix}": Statement(_answer('"node":«node»', node=node), _id)
        for prefix, node in NODES.items()
    },
    "empty": Statement(EMPTY, lambda variables: (variables["productIds"],)),
    "hundred_by_twenty": Statement(HUNDRED_BY_TWENTY, _after_sku),
}


def statement_for(operation: str, variables: Variables) -> Statement:
    """Return the statement of an operation; that of `node` is of the type its id names."""
    if operation != "node":
        return STATEMENTS[operation]
    return STATEMENTS[f"node {variables['id'].partition('_')[0]}"]
