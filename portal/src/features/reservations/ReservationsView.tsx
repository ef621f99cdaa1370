import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { Bookings } from './Bookings'
import { Door } from './Door'
import { HoldDialog } from './HoldDialog'
import { Holds } from './Holds'

const TABS = ['holds', 'bookings', 'door'] as const
type Tab = (typeof TABS)[number]

/** What is held, what was sold, and the door. */
export function ReservationsView() {
  const { t } = useTranslation('reservations')
  const { may } = useStanding()
  const go = useNavigate()
  const said: { tab?: unknown; code?: unknown } = useSearch({ strict: false })
  const tab: Tab = TABS.find((each) => each === said.tab) ?? 'holds'
  const [isHolding, setHolding] = useState(false)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        may('RESERVE') && (
          <Button look="first" onClick={() => setHolding(true)}>
            <Icon name="plus" className="size-4" />
            {t('hold.new')}
          </Button>
        )
      }
    >
      <Tabs
        label={t('tabs')}
        tabs={TABS.map((key) => ({ key, label: t(`tab.${key}`) }))}
        chosen={tab}
        onChoose={(next) => void go({ to: '/reservations', search: { tab: next }, replace: true })}
      >
        {tab === 'holds' && <Holds />}
        {tab === 'bookings' && <Bookings />}
        {tab === 'door' && <Door code={typeof said.code === 'string' ? said.code : ''} />}
      </Tabs>
      <HoldDialog isOpen={isHolding} onClose={() => setHolding(false)} />
    </Page>
  )
}
