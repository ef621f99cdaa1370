import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { Earnings } from './Earnings'
import { Figures } from './Figures'
import { Links } from './Links'
import { Sales } from './Sales'

const TABS = ['links', 'sales', 'me'] as const
type Tab = (typeof TABS)[number]

/** Links, clicks, sales and what they earn: of one's organization's, and of oneself as an affiliate. */
export function AffiliatesView() {
  const { t } = useTranslation('promotions')
  const { partner } = useStanding()
  const go = useNavigate()
  const said: { tab?: unknown } = useSearch({ strict: false })
  const tab: Tab = TABS.find((each) => each === said.tab) ?? (partner ? 'links' : 'me')
  return (
    <Page title={t('affiliates.title')} lead={t('affiliates.lead')}>
      <Tabs
        label={t('affiliates.tabs')}
        tabs={TABS.map((key) => ({ key, label: t(`affiliates.tab.${key}`) }))}
        chosen={tab}
        onChoose={(next) => void go({ to: '/affiliates', search: { tab: next }, replace: true })}
      >
        {tab === 'links' && (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
            <Figures partnerId={partner?.id ?? null} />
            <Links partnerId={partner?.id ?? null} />
          </div>
        )}
        {tab === 'sales' && <Sales />}
        {tab === 'me' && <Earnings />}
      </Tabs>
    </Page>
  )
}
