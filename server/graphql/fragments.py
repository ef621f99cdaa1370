"""Walking a document's fragments once each, however often they are spread."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def in_order_of_use(spreads: Mapping[str, Sequence[str]]) -> list[str]:
    """Order fragments so that each comes after those it spreads. Linear; without recursion.

    A spread that closes a cycle is passed over: validation refuses cycles, but limits run before it.
    """
    ordered: list[str] = []
    seen: set[str] = set()
    for root in spreads:
        if root in seen:
            continue
        seen.add(root)
        path: list[tuple[str, Iterator[str]]] = [(root, iter(spreads[root]))]
        while path:
            name, inner = path[-1]
            unseen = next((each for each in inner if each in spreads and each not in seen), None)
            if unseen is None:
                ordered.append(name)
                path.pop()
            else:
                seen.add(unseen)
                path.append((unseen, iter(spreads[unseen])))
    return ordered
