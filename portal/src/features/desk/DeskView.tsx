import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { InterventionKind } from '@/api/generated/interventions'
import { useStanding } from '@/api/viewer'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Tabs } from '@/ui/Tabs'
import { OneIntroduction } from './OneIntroduction'
import { Queue } from './Queue'
import { Ranking } from './Ranking'

const TABS = ['queue', 'done', 'ranking'] as const
type Tab = (typeof TABS)[number]

export interface DeskSearch {
  tab?: Tab
  kind?: InterventionKind
  introduction?: string
}

/** What needs a human, and whom to rely on. */
export function DeskView() {
  const { t } = useTranslation('desk')
  const { may } = useStanding()
  const search: DeskSearch = useSearch({ strict: false })
  const go = useNavigate()
  const { tab = 'queue', introduction } = search
  const set = (change: Partial<Record<keyof DeskSearch, unknown>>) =>
    void go({ to: '/admin/desk', search: { ...search, ...change } as never, replace: true })
  if (!may('MANAGE_ONBOARDING')) {
    return (
      <Page title={t('title')}>
        <Card>
          <Empty icon="inbox" title={t('staffOnly')}>
            {t('staffOnlyText')}
          </Empty>
        </Card>
      </Page>
    )
  }
  return (
    <Page title={t('title')} lead={t('lead')}>
      {introduction && <OneIntroduction id={introduction} onClose={() => set({ introduction: undefined })} />}
      <Tabs<Tab>
        label={t('title')}
        tabs={TABS.map((key) => ({ key, label: t(`tab.${key}`) }))}
        chosen={tab}
        onChoose={(key) => set({ tab: key === 'queue' ? undefined : key })}
      >
        {tab === 'ranking' ? (
          <Ranking />
        ) : (
          <Queue
            key={tab}
            isOpen={tab === 'queue'}
            kind={search.kind ?? null}
            introductionId={introduction ?? null}
            onKind={(kind) => set({ kind })}
          />
        )}
      </Tabs>
    </Page>
  )
}
