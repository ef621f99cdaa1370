import { useCallback, useEffect, useMemo, useState } from 'react'
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useClient } from 'urql'
import type { Read } from './hooks'
import { onRefresh } from './refreshing'

interface Page<Row> {
  nodes: readonly Row[]
  next: string | null
  totalCount?: number
}

interface Pages<Row> extends Read<readonly Row[]> {
  /** Ask for the next page; not there on the last. */
  more: (() => void) | undefined
  isMore: boolean
  total: number | undefined
}

interface Part<Data> {
  after: string | null
  data?: Data | undefined
  error?: CombinedError | undefined
}

const START: readonly Part<never>[] = [{ after: null }]

/** A list by pages, each kept up to date: `more` adds the next one below. */
export function usePages<Data, Variables extends AnyVariables, Row>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pageOf: (data: Data) => Page<Row> | null | undefined,
  { pause = false }: { pause?: boolean } = {},
): Pages<Row> {
  const client = useClient()
  const asked = JSON.stringify(variables)
  const [state, setState] = useState<{ asked: string; parts: readonly Part<Data>[] }>({ asked, parts: START })
  const [round, setRound] = useState(0)
  const parts: readonly Part<Data>[] = state.asked === asked ? state.parts : START
  const cursors = JSON.stringify(parts.map((part) => part.after))

  useEffect(() => {
    if (pause) return
    const all = (JSON.parse(cursors) as (string | null)[]).map((after, index) =>
      client
        .query(query, { ...(JSON.parse(asked) as Variables), after } as Variables, {
          requestPolicy: round > 0 ? 'network-only' : 'cache-and-network',
        })
        .subscribe(({ data, error }) =>
          setState((now) => {
            const before: readonly Part<Data>[] = now.asked === asked ? now.parts : START
            const kept = data ?? before[index]?.data
            const next = before.map((part, at) => (at === index ? { after, data: kept, error } : part))
            return { asked, parts: next }
          }),
        ),
    )
    return () => {
      for (const each of all) each.unsubscribe()
    }
  }, [client, query, asked, cursors, round, pause])

  const reload = useCallback(() => setRound((now) => now + 1), [])
  useEffect(() => (pause ? undefined : onRefresh(reload)), [pause, reload])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `pageOf` only picks, it is the same each time
  const rows = useMemo(() => {
    const pages = parts.map((part) => part.data && pageOf(part.data))
    return pages[0] ? pages.flatMap((page) => page?.nodes ?? []) : undefined
  }, [parts])
  const last = parts.at(-1)
  const lastPage = last?.data && pageOf(last.data)
  const next = lastPage?.next
  const more = useMemo(
    () =>
      next
        ? () => setState((now) => ({ asked: now.asked, parts: [...now.parts, { after: next }] }))
        : undefined,
    [next],
  )
  const first = parts[0]?.data && pageOf(parts[0].data)
  return {
    data: rows,
    error: parts.find((part) => part.error)?.error,
    isLoading: !pause && !rows,
    reload,
    more,
    isMore: parts.length > 1 && !lastPage,
    total: first?.totalCount,
  }
}
