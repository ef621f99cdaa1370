import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { buttonClasses } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { Calls } from './Calls'
import { Certification } from './Certification'
import { Guides } from './Guides'
import { Health } from './Health'
import { Keys } from './Keys'
import { Webhooks } from './Webhooks'

const TABS = [
  { key: 'health', scope: 'READ_PARTNER', Part: Health },
  { key: 'certification', scope: 'CERTIFY', Part: Certification },
  { key: 'keys', scope: 'MANAGE_KEYS', Part: Keys },
  { key: 'webhooks', scope: 'MANAGE_WEBHOOKS', Part: Webhooks },
  { key: 'calls', scope: 'READ_REPORTS', Part: Calls },
  { key: 'guides', scope: 'READ_PARTNER', Part: Guides },
] as const
type Key = (typeof TABS)[number]['key']

/** A partner's own system: how it gets in, whether it sells rightly, how it does. */
export function IntegrationView() {
  const { t } = useTranslation('integration')
  const { may } = useStanding()
  const go = useNavigate()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const open = TABS.filter(({ scope }) => may(scope))
  const chosen = open.find(({ key }) => key === tab) ?? open[0]
  if (!chosen) return null
  const { Part } = chosen
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        may('AD_HOC') && (
          <a href="/graphiql" target="_blank" rel="noreferrer" className={buttonClasses()}>
            <Icon name="play" className="size-4" />
            {t('explorer')}
          </a>
        )
      }
    >
      <Tabs<Key>
        label={t('tabs.label')}
        tabs={open.map(({ key }) => ({ key, label: t(`tabs.${key}`) }))}
        chosen={chosen.key}
        onChoose={(key) => void go({ to: '.', search: { tab: key } as never, replace: true })}
      >
        <Part />
      </Tabs>
    </Page>
  )
}
