import { useCallback, useEffect, useRef } from 'react'
import { NoteInterest } from '@/api/generated/note-interest'
import { useAct } from '@/api/hooks'

const GATHERED_MS = 1_500
const MOST = 100
const seenBefore = new Set<string>()

interface Shown {
  packageId: string
  token: string
}

/** Tells the server what was seen, gathered into few calls and once a visit, and what was opened. */
export function useInterest() {
  const [note] = useAct(NoteInterest)
  const waiting = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const send = useCallback(() => {
    const tokens = waiting.current.splice(0, MOST)
    if (tokens.length > 0) void note({ input: { kind: 'VIEW', tokens } })
  }, [note])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      send()
    },
    [send],
  )
  const seen = useCallback(
    ({ packageId, token }: Shown) => {
      if (seenBefore.has(packageId)) return
      seenBefore.add(packageId)
      waiting.current.push(token)
      clearTimeout(timer.current)
      timer.current = setTimeout(send, GATHERED_MS)
    },
    [send],
  )
  const opened = useCallback(
    ({ token }: Shown) => void note({ input: { kind: 'CLICK', tokens: [token] } }),
    [note],
  )
  return { seen, opened }
}

/** Calls back once, when what it is put on comes into sight. */
export function useSight<Of extends Element>(onSeen: () => void) {
  const element = useRef<Of>(null)
  const told = useRef(onSeen)
  told.current = onSeen
  useEffect(() => {
    if (!element.current) return
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return
      watch.disconnect()
      told.current()
    })
    watch.observe(element.current)
    return () => watch.disconnect()
  }, [])
  return element
}
