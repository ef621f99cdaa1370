"""What the executor knows of the schema: names, sources and models, looked up once."""

from functools import cache

import strawberry
from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry.types.field import StrawberryField

from executor.giving_up import Bail, Unsupported
from schema.sources import Source, model_of_type, source_of

DEFINITION = "strawberry-definition"


class Graph:
    """The schema, as Strawberry wrote it and as graphql-core runs it."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.strawberry = schema
        self.core: GraphQLSchema = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self.model_of = cache(self._model_of)
        self.type_of = cache(self._type_of)

    def field_of(self, field: GraphQLField) -> StrawberryField:
        """Return a field as it was written."""
        written: StrawberryField = field.extensions[DEFINITION]
        return written

    def source_of(self, field: GraphQLField) -> Source | None:
        """Return where a field's value comes from; None for the object's attribute of the field's name.

        Raises Unsupported for a resolver that was not bound by `schema/sources.py`.
        """
        written = self.field_of(field)
        source = source_of(written)
        if source is None and written.base_resolver is not None:
            raise Unsupported(f"a field without a source: {written.python_name}")
        return source

    def types_of(self, model: type) -> frozenset[str]:
        """Return the names of the object types that stand for a class."""
        return frozenset(
            each.name
            for each in self.core.type_map.values()
            if isinstance(each, GraphQLObjectType) and self.model_of(each) is model
        )

    def _model_of(self, type_: GraphQLObjectType) -> type | None:
        """Return the class whose objects a type stands for; None where they are the type's own."""
        definition = type_.extensions.get(DEFINITION)
        return model_of_type(definition.origin) if definition else None

    def _type_of(self, abstract: GraphQLAbstractType, kind: type) -> GraphQLObjectType:
        """Return the type of an interface or union for objects of a class. Raises Bail where there is none.

        Our types tell their objects by `isinstance`, so the answer holds for every object of the class.
        """
        for each in self.core.get_possible_types(abstract):
            model = self.model_of(each)
            if model is not None and issubclass(kind, model):
                return each
        raise Bail(f"no type of {abstract.name} for {kind.__name__}")
