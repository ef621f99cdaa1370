"""How to integrate, with the reader's own values in the samples."""

from dataclasses import replace

import strawberry

from db.queries import guides as queries
from domain import guides as rules
from domain.environments import Environment
from domain.ids import global_id, optional_id
from permissions import policies
from permissions.visibility import visible_api_keys, visible_packages
from resolvers.context import Info


def integration_guides(info: Info) -> tuple[rules.Guide, ...]:
    """All guides, in reading order."""
    return info.context.guides.all


async def integration_guide(
    info: Info, slug: str, partner_id: strawberry.ID | None = None
) -> rules.FilledGuide | None:
    """One guide, with what the partner has of its own in its samples; null where there is none of this name.

    Without an id it is the caller's one partner. What the caller may not see stays a default. Refuses: NotFound
    for what is no id.
    """
    context = info.context
    guide = context.guides.find(slug)
    if guide is None:
        return None
    reader = policies.partner_of_reader(context.viewer, optional_id("Partner", partner_id))
    if reader is None:
        return guide.filled(context.guides.values)
    async with context.sessions.read() as session:
        own = await queries.own_things(
            session,
            reader,
            keys=visible_api_keys(context.viewer),
            packages=visible_packages(replace(context.viewer, environment=Environment.TEST)),
            now=context.now,
        )
    return guide.filled(
        context.guides.values.own(
            partner_id=global_id("Partner", reader),
            product_id=own.product_id,
            key_prefix=own.key_prefix,
            key_name=own.key_name,
        )
    )
