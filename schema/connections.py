"""Relay connections over keyset pages."""

from typing import Any, Generic, TypeVar

import strawberry

from db.paging import LoadedPage
from resolvers.context import Info
from schema.sources import SOURCE, OfPage, PagePart

T = TypeVar("T")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="A row of a list with its cursor.")
class Edge(Generic[T]):
    cursor: str
    node: T


def _edges(root: strawberry.Parent[Any]) -> Any:
    page: LoadedPage[Any] = root
    return [Edge(cursor=page.cursor(row), node=row) for row in page.rows]


def _nodes(root: strawberry.Parent[Any]) -> Any:
    return root.rows


def _page_info(root: strawberry.Parent[Any]) -> PageInfo:
    page: LoadedPage[Any] = root
    return PageInfo(
        has_next_page=page.has_next_page,
        has_previous_page=page.has_previous_page,
        start_cursor=page.cursor(page.rows[0]) if page.rows else None,
        end_cursor=page.cursor(page.rows[-1]) if page.rows else None,
    )


def _next(root: strawberry.Parent[Any]) -> str | None:
    page: LoadedPage[Any] = root
    return page.cursor(page.rows[-1]) if page.rows and page.has_next_page else None


async def _total_count(root: strawberry.Parent[Any], info: Info) -> int:
    page: LoadedPage[Any] = root
    if page.page.owner is not None:
        return await info.context.loaders.count(page.page)
    return await page.count().load(info.context.sessions) or 0


def _part(part: PagePart, resolver: Any, description: str | None = None) -> Any:
    return strawberry.field(
        resolver=resolver, description=description, metadata={SOURCE: OfPage(part=part, resolver=resolver)}
    )


@strawberry.type(description="A page of a list in a fixed order; lists are limited to 100 rows a page.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = _part(PagePart.EDGES, _edges)
    nodes: list[T] = _part(PagePart.NODES, _nodes)
    page_info: PageInfo = _part(PagePart.PAGE_INFO, _page_info)
    next: str | None = _part(PagePart.NEXT, _next, "Pass it as `after` for the next page; null on the last.")
    total_count: int = _part(
        PagePart.TOTAL_COUNT, _total_count, "Of the whole list; counted only when asked for."
    )
