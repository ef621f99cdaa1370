import { Outlet, useLocation, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SkeletonRows } from '@/ui/States'
import { SideBar, TopBar } from './Bars'
import { GuestBar } from './GuestBar'
import { Notices } from './Notices'
import { Standing } from './Standing'
import { useSession } from './signed'
import { Welcome } from './Welcome'

/** The frame: who is not signed in sees the way in, who is sees the menu and a view. */
export function Shell() {
  const { signed } = useSession()
  const { pathname } = useLocation()
  if (signed !== 'in' && !isOpenToAll(pathname)) return <Welcome />
  if (signed !== 'in') return <Framed isGuest />
  return (
    <Standing>
      <Framed />
    </Standing>
  )
}

/** A buyer comes with the secret of a purchase, a guest to look around. */
function isOpenToAll(pathname: string) {
  if (pathname === '/discover' || pathname.startsWith('/checkouts/')) return true
  return /^\/packages\/[^/]+$/.test(pathname) && pathname !== '/packages/new'
}

function Framed({ isGuest = false }: { isGuest?: boolean }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const isBusy = useRouterState({ select: (state) => state.isLoading })
  const [isMenuOpen, setMenuOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place closes the menu
  useEffect(() => setMenuOpen(false), [pathname])
  return (
    <div className={isGuest ? '' : 'lg:grid lg:grid-cols-[248px_1fr]'}>
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-brand px-4 py-2 text-on-brand focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {t('frame.skip')}
      </a>
      {!isGuest && <SideBar isOpen={isMenuOpen} onClose={() => setMenuOpen(false)} />}
      <div className="flex min-h-dvh min-w-0 flex-col lg:col-start-2">
        {isGuest ? <GuestBar /> : <TopBar onMenu={() => setMenuOpen(true)} />}
        <Notices />
        <main id="content" tabIndex={-1} aria-busy={isBusy} className="flex-1 outline-none">
          <Suspense
            fallback={
              <div className="mx-auto max-w-[1240px] p-8">
                <SkeletonRows label={t('state.loading')} />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  )
}
