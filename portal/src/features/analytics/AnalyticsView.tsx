import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { Funnel } from './Funnel'
import { Platform } from './Platform'
import { Sales } from './Sales'
import { LENGTHS, type Length, windowOf } from './windows'

export interface AnalyticsSearch {
  days?: Length
  view?: 'sales' | 'introductions' | 'platform'
}

/** How one does: sales, introductions, and for the staff the platform; every figure beside the one before. */
export function AnalyticsView() {
  const { t } = useTranslation('analytics')
  const { partner, me } = useStanding()
  const { days = 30, view = 'sales' } = useSearch({ strict: false }) as AnalyticsSearch
  const go = useNavigate()
  const look = (search: AnalyticsSearch) =>
    void go({ to: '.', search: { days, view, ...search }, replace: true })
  const window = useMemo(() => windowOf(days, Date.now()), [days])
  const isStaff = me.roles.some((role) => role === 'PLATFORM_ADMIN' || role === 'ANALYST')
  const tabs = [
    { key: 'sales' as const, label: t('tab.sales') },
    { key: 'introductions' as const, label: t('tab.introductions') },
    ...(isStaff ? [{ key: 'platform' as const, label: t('tab.platform') }] : []),
  ]
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <label className="flex items-center gap-2 text-[14px]">
          <span className="text-soft">{t('window')}</span>
          <select
            value={days}
            onChange={(event) => look({ days: Number(event.target.value) as Length })}
            className="min-h-10 rounded-control border border-line bg-ground px-3"
          >
            {LENGTHS.map((length) => (
              <option key={length} value={length}>
                {t('days', { count: length })}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Tabs label={t('title')} tabs={tabs} chosen={view} onChoose={(key) => look({ view: key })}>
        {view === 'sales' && <Sales window={window} />}
        {view === 'introductions' && <Funnel window={window} partnerId={partner?.id ?? null} />}
        {view === 'platform' && <Platform window={window} />}
      </Tabs>
    </Page>
  )
}
