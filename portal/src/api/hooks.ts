import { useCallback, useEffect, useRef, useState } from 'react'
import {
  type AnyVariables,
  type CombinedError,
  stringifyVariables,
  type TypedDocumentNode,
  useClient,
  useQuery,
  useSubscription,
} from 'urql'
import { changed, isQuestion, onRefresh } from './refreshing'
import { type Done, type Outcome, outcomeOf, type Refused } from './refusals'

/** A question and where its answer is: `data` stays while it is asked again. */
export interface Read<Data> {
  data: Data | undefined
  error: CombinedError | undefined
  /** Nothing is there yet. */
  isLoading: boolean
  reload: () => void
}

/** Ask a registered query; it is asked again when another tab acted, the tab comes back, or the network does. */
export function useRead<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false }: { pause?: boolean } = {},
): Read<Data> {
  const [{ data, error, fetching }, ask] = useQuery({ query, variables, pause })
  const reload = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask])
  useEffect(() => (pause ? undefined : onRefresh(reload)), [pause, reload])
  // An act can end while the question is on its way, and take the answer out of the cache: it is asked once more.
  const isLost = !pause && !fetching && !data && !error
  useEffect(() => {
    if (isLost) reload()
  }, [isLost, reload])
  const shown = useKept(data, stringifyVariables(variables ?? {}))
  return { data: shown, error, isLoading: !pause && fetching && !shown, reload }
}

/** The last answer to the same question, while there is none. */
function useKept<Data>(data: Data | undefined, question: string): Data | undefined {
  const kept = useRef<{ question: string; data: Data }>(undefined)
  if (data) kept.current = { question, data }
  return data ?? (kept.current?.question === question ? kept.current.data : undefined)
}

/** Follow a registered subscription: what comes goes into the cache, and into every view that shows it. */
export function useLive<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false }: { pause?: boolean } = {},
): Data | undefined {
  const [{ data }] = useSubscription({ query, variables, pause })
  return data
}

type Payload<Data> = Data[keyof Data]
type Answered<Data> = Outcome<Done<Payload<Data>>, Refused<Payload<Data>>>

/** An act of the graph: call it, and be told the row or the refusal. Raises nothing but a lost connection. */
export function useAct<Data extends object, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
): [(variables: Variables) => Promise<Answered<Data>>, boolean] {
  const client = useClient()
  const [isBusy, setBusy] = useState(false)
  const isMounted = useRef(true)
  useEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
    }
  }, [])
  const act = useCallback(
    async (variables: Variables): Promise<Answered<Data>> => {
      setBusy(true)
      try {
        const { data, error } = await client.mutation(mutation, variables).toPromise()
        if (error || !data) return { refusal: refusalOf(error) }
        const [[field, payload] = ['', undefined]] = Object.entries(data).filter(([, each]) => isObject(each))
        if (!isQuestion(field)) changed()
        return outcomeOf(payload as { __typename: string }) as Answered<Data>
      } finally {
        if (isMounted.current) setBusy(false)
      }
    },
    [client, mutation],
  )
  return [act, isBusy]
}

function isObject(value: unknown) {
  return typeof value === 'object' && value !== null
}

/** What went wrong, in the form of a refusal, so that every act has one way to fail. */
export function refusalOf(error: CombinedError | undefined) {
  const first = error?.graphQLErrors[0]
  const code = typeof first?.extensions.code === 'string' ? first.extensions.code : 'UNREACHABLE'
  return { __typename: 'Unreachable', code, message: first?.message ?? '', hint: null }
}
