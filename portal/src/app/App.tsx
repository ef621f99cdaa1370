import { RouterProvider } from '@tanstack/react-router'
import { LazyMotion, MotionConfig } from 'motion/react'
import { Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Provider } from 'urql'
import { createClient } from '@/api/client'
import { Toasts } from '@/ui/Toasts'
import { environment, usePreference } from './preferences'
import { createAppRouter } from './router'
import { LineProvider, useSession } from './signed'

/** What moves things comes after what shows them. */
const features = () => import('./features').then((module) => module.default)

/** Everything around the views: who calls, in which language, in which environment. */
export function App() {
  const { i18n } = useTranslation()
  const where = usePreference(environment)
  const { session, signed } = useSession()
  const [isUp, setUp] = useState(true)
  // Another person, language or environment: nothing that was kept may be shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is signed in decides what is kept
  const client = useMemo(
    () =>
      createClient({
        token: session.token,
        environment: () => where,
        locale: () => i18n.language,
        onUnknown: () => void session.renew(),
        onLine: setUp,
      }),
    [session, where, i18n.language, signed],
  )
  const router = useMemo(() => createAppRouter(), [])
  useEffect(() => router.subscribe('onResolved', () => window.scrollTo({ top: 0 })), [router])
  return (
    <LineProvider value={isUp}>
      <Provider value={client}>
        <MotionConfig reducedMotion="user">
          <LazyMotion features={features} strict>
            <Suspense fallback={null}>
              <RouterProvider router={router} />
            </Suspense>
          </LazyMotion>
        </MotionConfig>
        <Toasts />
      </Provider>
    </LineProvider>
  )
}
