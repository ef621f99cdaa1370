import { createContext, useContext } from 'react'
import type { Session, Signed } from './session'

interface Value {
  session: Session
  signed: Signed
}

const Context = createContext<Value | null>(null)
export const SessionProvider = Context.Provider

/** The session of whoever is here. */
export function useSession(): Value {
  const value = useContext(Context)
  if (!value) throw new Error('outside the app')
  return value
}

const Line = createContext(true)
export const LineProvider = Line.Provider

/** Tell whether live data comes in. */
export function useLine(): boolean {
  return useContext(Line)
}
