import { createContext, useCallback, useContext } from 'react'
import { useClient } from 'urql'
import { Me as MeDocument, type MeQuery, type Scope } from './generated/me'

export type Me = MeQuery['viewer']
export type MyPartner = Me['partners'][number]

interface Standing {
  me: Me
  /** The organization one looks at; null for who belongs to none. */
  partner: MyPartner | null
  may: (scope: Scope) => boolean
}

const Context = createContext<Standing | null>(null)
export const StandingProvider = Context.Provider

/** Who one is, for whom, and what one may do. */
export function useStanding(): Standing {
  const standing = useContext(Context)
  if (!standing) throw new Error('asked before anybody signed in')
  return standing
}

/** Who one is; null for a guest, who looks around without signing in. */
export function useVisitor(): Standing | null {
  return useContext(Context)
}

/** The view is of an organization, and one belongs to none. */
export class NoOrganizationError extends Error {}

/** The organization one looks at; only where a view is of one. */
export function usePartner(): MyPartner {
  const { partner } = useStanding()
  if (!partner) throw new NoOrganizationError()
  return partner
}

/** Ask anew who one is, after an act that changed what one belongs to. */
export function useStandingAnew(): () => Promise<void> {
  const client = useClient()
  return useCallback(async () => {
    await client.query(MeDocument, {}, { requestPolicy: 'network-only' }).toPromise()
  }, [client])
}
