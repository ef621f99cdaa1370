import { type AnyVariables, gql, type TypedDocumentNode } from 'urql'

const ids = new Map<string, string>()

/** Name a registered operation: the server is sent its id, the cache reads its text. */
export function registered<Data, Variables extends AnyVariables>(
  id: string,
  text: string,
): TypedDocumentNode<Data, Variables> {
  const document = gql<Data, Variables>(text)
  ids.set(nameOf(document), id)
  return document
}

/** The id of an operation, as the server knows it. */
export function idOf(document: { definitions: readonly unknown[] }): string {
  const name = nameOf(document)
  const id = ids.get(name)
  if (!id) throw new Error(`${name} is not a registered operation`)
  return id
}

function nameOf(document: { definitions: readonly unknown[] }): string {
  for (const each of document.definitions as { kind: string; name?: { value: string } }[]) {
    if (each.kind === 'OperationDefinition' && each.name) return each.name.value
  }
  throw new Error('an operation needs a name')
}
