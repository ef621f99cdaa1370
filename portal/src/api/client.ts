import type { Cache } from '@urql/exchange-graphcache'
import { cacheExchange } from '@urql/exchange-graphcache'
import { createClient as createSocket } from 'graphql-ws'
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql'
import { POSSIBLE_TYPES, WITHOUT_IDS } from './generated/graph'
import { isQuestion } from './refreshing'
import { idOf } from './registered'

/** What every call says of its caller, asked anew for each. */
export interface Caller {
  token: () => string | undefined
  environment: () => string
  locale: () => string
  /** The server does not know this caller any more. */
  onUnknown: () => void
  /** Live data is being had, or is not. */
  onLine?: (isUp: boolean) => void
}

const keys = Object.fromEntries(WITHOUT_IDS.map((name) => [name, () => null]))

/** What may have changed in lists that an act adds to or takes from: they are asked again. */
function forgetLists(_result: unknown, _args: unknown, cache: Cache, { fieldName }: { fieldName: string }) {
  if (isQuestion(fieldName)) return
  for (const field of cache.inspectFields('Query')) {
    if (field.fieldName !== 'viewer') cache.invalidate('Query', field.fieldName, field.arguments)
  }
}

/** Make the one client: a normalized cache, registered operations by id, live data over one socket. */
export function createClient(caller: Caller): Client {
  const socket = createSocket({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    lazy: true,
    lazyCloseTimeout: 5_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    // The state comes first in every subscription, so nothing is missed however long it took.
    shouldRetry: () => true,
    retryWait: (tries) =>
      new Promise((go) => setTimeout(go, Math.min(500 * 2 ** tries, 15_000) * (0.5 + Math.random()))),
    connectionParams: () => ({
      authorization: headersOf(caller).Authorization,
      environment: caller.environment(),
    }),
    on: {
      connected: () => caller.onLine?.(true),
      // Closed because nobody listens any more is no outage.
      closed: (event) => caller.onLine?.((event as CloseEvent).code === 1000),
    },
  })
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({ headers: headersOf(caller) }),
    exchanges: [
      mapExchange({
        onError(error) {
          if (error.graphQLErrors.some((each) => each.extensions.code === 'UNAUTHENTICATED'))
            caller.onUnknown()
        },
      }),
      cacheExchange({
        keys,
        possibleTypes: POSSIBLE_TYPES,
        updates: { Mutation: new Proxy({}, { get: () => forgetLists, has: () => true }) },
      }),
      mapExchange({
        onOperation: (operation) =>
          operation.kind === 'teardown'
            ? operation
            : {
                ...operation,
                extensions: {
                  ...operation.extensions,
                  persistedQuery: { version: 1, sha256Hash: idOf(operation.query) },
                },
              },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ variables, extensions }) => ({
          subscribe: (sink) => ({
            // The server needs no text where it has the id; graphql-ws insists on one.
            unsubscribe: socket.subscribe(
              { query: '', variables: variables as Record<string, unknown>, extensions },
              sink,
            ),
          }),
        }),
      }),
    ],
  })
}

function headersOf(caller: Caller): Record<string, string> {
  const token = caller.token()
  return {
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    'Interline-Environment': caller.environment(),
    'Accept-Language': caller.locale(),
  }
}
