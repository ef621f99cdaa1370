"""Integration guides as the graph shows them."""

import strawberry

from domain import guides
from domain.guides import SnippetLanguage
from resolvers import guides as resolve
from schema.sources import represents, resolved_by

strawberry.enum(SnippetLanguage, description="What a sample is written in; `CURL` is a shell with curl.")


@strawberry.type(description="A guide in the list of them.")
class IntegrationGuideEntry:
    is_type_of = represents(guides.Guide)

    slug: str = strawberry.field(description="Its name in addresses, which never changes.")
    title: str
    summary: str = strawberry.field(description="One sentence.")
    order: int = strawberry.field(description="Its place in reading order.")
    topics: list[str]


@strawberry.type(description="A sample, ready to be copied; it reads the key from the environment.")
class GuideSnippet:
    is_type_of = represents(guides.Snippet)

    language: SnippetLanguage
    title: str = strawberry.field(description="The same for the alternatives of one sample.")
    code: str


@strawberry.type(description="A guide with the reader's own ids in it; never a secret.")
class IntegrationGuide:
    is_type_of = represents(guides.FilledGuide)

    slug: str
    title: str
    summary: str
    order: int
    topics: list[str]
    markdown: str
    html: str = strawberry.field(
        description="Safe to be shown as it is: no script, no style, nothing from elsewhere."
    )
    snippets: list[GuideSnippet] = strawberry.field(description="In the guide's order.")


@strawberry.type
class GuideQuery:
    integration_guides: list[IntegrationGuideEntry] = resolved_by(resolve.integration_guides)
    integration_guide: IntegrationGuide | None = resolved_by(resolve.integration_guide)
