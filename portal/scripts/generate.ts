// Writes src/api/generated/ out of the graph and the registered operations: one module an operation, with its types,
// and what the cache must know of the graph. Nothing of it is committed.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as operations from '@graphql-codegen/typescript-operations'
import {
  buildSchema,
  type DocumentNode,
  type FieldNode,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

const ROOT = join(import.meta.dirname, '..', '..')
const OUT = join(import.meta.dirname, '..', 'src', 'api', 'generated')
const WORDS = join(import.meta.dirname, '..', 'src', 'i18n')
const AUDIENCES = ['portal', 'guests']

const sdl = readFileSync(join(ROOT, 'schema', 'schema.graphql'), 'utf8')
const schema = buildSchema(sdl, { assumeValidSDL: true })
const SCALARS = {
  ID: 'string',
  Date: 'string',
  DateTime: 'string',
  Decimal: 'string',
  CurrencyCode: 'string',
  JSON: 'unknown',
}

function operationFiles() {
  return AUDIENCES.flatMap((audience) => {
    const folder = join(ROOT, 'operations', audience)
    if (!existsSync(folder)) return []
    const names = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
    return names.sort().map((name) => ({ audience, name, text: readFileSync(join(folder, name), 'utf8') }))
  })
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** The operation as the cache reads it: what is what, without what is for people and for the REST façade. */
function lean(document: DocumentNode) {
  const known = new Set(schema.getDirectives().map((directive) => directive.name))
  const bare = visit(document, {
    OperationDefinition: (node) => ({ ...node, description: undefined }),
    Directive: (node) => (known.has(node.name.value) ? undefined : null),
    // The server adds them of itself; the cache tells only what is asked for by name.
    SelectionSet: {
      leave: (node, _key, parent) =>
        parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
          ? undefined
          : { ...node, selections: [...node.selections, TYPENAME] },
    },
  })
  return stripIgnoredCharacters(print(bare))
}

async function written({ audience, name, text }: { audience: string; name: string; text: string }) {
  const document = parse(text)
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  if (!operation?.name) throw new Error(`${audience}/${name}: no named operation`)
  const typeName = operation.name.value
  const kind = operation.operation
  const types = await codegen({
    filename: `${typeName}.ts`,
    schema: parse(sdl),
    schemaAst: schema,
    documents: [{ location: name, document }],
    config: {
      scalars: SCALARS,
      enumType: 'string-literal',
      nonOptionalTypename: true,
      skipTypename: false,
      skipTypeNameForRoot: true,
      useTypeImports: true,
      avoidOptionals: { field: true, inputValue: false },
    },
    plugins: [{ operations: {} }],
    pluginMap: { operations },
    pluginContext: {},
  } as Parameters<typeof codegen>[0])
  const suffix = kind[0]?.toUpperCase() + kind.slice(1)
  const id = createHash('sha256').update(text).digest('hex')
  return [
    "import { registered } from '../registered'",
    types.trim(),
    `export const ${typeName} = registered<${typeName}${suffix}, ${typeName}${suffix}Variables>(`,
    `  '${id}',`,
    `  ${JSON.stringify(lean(document))},`,
    ')',
    '',
  ].join('\n')
}

function moduleName(file: string) {
  return basename(file, '.graphql').replaceAll('_', '-')
}

/** The types without an `id`: the cache keeps them within whatever they stand in. */
function withoutIds() {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__') && !type.getFields().id)
    .map((type) => type.name)
    .filter((name) => !['Query', 'Mutation', 'Subscription'].includes(name))
}

/** Interface or union -> the types it can be, so that the cache reads fragments exactly. */
function possibleTypes() {
  const abstract = Object.values(schema.getTypeMap()).filter(
    (type) => isInterfaceType(type) || 'getTypes' in type,
  )
  return Object.fromEntries(
    abstract.map((type) => [type.name, schema.getPossibleTypes(type as never).map((each) => each.name)]),
  )
}

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
for (const file of operationFiles())
  writeFileSync(join(OUT, `${moduleName(file.name)}.ts`), await written(file))
const namespaces = readdirSync(join(WORDS, 'locales', 'en')).map((name) => basename(name, '.json'))
writeFileSync(
  join(OUT, 'words.ts'),
  `export interface Words {\n${namespaces.map((name) => `  ${name}: typeof import('../../i18n/locales/en/${name}.json')\n`).join('')}}\n`,
)
writeFileSync(
  join(OUT, 'graph.ts'),
  `export const WITHOUT_IDS = ${JSON.stringify(withoutIds())}\nexport const POSSIBLE_TYPES = ${JSON.stringify(possibleTypes())}\n`,
)
