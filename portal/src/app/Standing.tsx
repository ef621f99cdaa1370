import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Me } from '@/api/generated/me'
import { useRead } from '@/api/hooks'
import { StandingProvider } from '@/api/viewer'
import { Problem } from '@/ui/States'
import { partnerId, usePreference } from './preferences'

/** Asks once who one is, and keeps it for all views. */
export function Standing({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const { data, error, reload } = useRead(Me, {})
  const chosen = usePreference(partnerId)
  const standing = useMemo(() => {
    if (!data) return null
    const { viewer: me } = data
    const scopes = new Set(me.scopes)
    const partner = me.partners.find((each) => each.id === chosen) ?? me.partners[0] ?? null
    return { me, partner, may: (scope: (typeof me.scopes)[number]) => scopes.has(scope) }
  }, [data, chosen])
  if (standing) return <StandingProvider value={standing}>{children}</StandingProvider>
  if (error) {
    return (
      <div className="mx-auto max-w-[640px] p-8">
        <Problem
          title={t('state.failed')}
          message={t('state.failedHint')}
          retry={t('state.retry')}
          onRetry={reload}
        />
      </div>
    )
  }
  return (
    <div className="splash" role="status" aria-label={t('state.loading')}>
      <img src="/static/mark.svg" width="48" height="48" alt="" />
    </div>
  )
}
