import { lazy, Suspense, useSyncExternalStore } from 'react'
import { isOpenToAll } from './open'
import type { Session } from './session'
import { SessionProvider } from './signed'
import { Welcome } from './Welcome'

const load = () => import('./App')
const App = lazy(() => load().then((module) => ({ default: module.App })))

/** Fetch the portal before it is known whether it is needed: whoever was signed in last time mostly still is. */
export function expectPortal(): void {
  void load()
}

/** The way in: who is not signed in needs no more than to read and to sign in, and gets no more. */
export function Entry({ session }: { session: Session }) {
  const signed = useSyncExternalStore(session.subscribe, session.getState)
  const needsPortal = signed === 'in' || isOpenToAll(location.pathname)
  return (
    <SessionProvider value={{ session, signed }}>
      {needsPortal ? (
        <Suspense
          fallback={
            <div className="splash">
              <img src="/static/mark.svg" width="48" height="48" alt="Interline" />
            </div>
          }
        >
          <App />
        </Suspense>
      ) : (
        <Welcome />
      )}
    </SessionProvider>
  )
}
