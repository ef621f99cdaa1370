import { Outlet, useLocation, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SkeletonRows } from '@/ui/States'
import { SideBar, TopBar } from './Bars'
import { GuestBar } from './GuestBar'
import { Notices } from './Notices'
import { Standing } from './Standing'
import { useSession } from './signed'

/** The frame: who is signed in has the menu, a guest only the view. */
export function Shell() {
  const { signed } = useSession()
  if (signed !== 'in') return <Framed isGuest />
  return (
    <Standing>
      <Framed />
    </Standing>
  )
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
