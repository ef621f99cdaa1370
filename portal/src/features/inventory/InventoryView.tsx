import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { type Channel, Pools, type PoolsQuery } from '@/api/generated/pools'
import { useRead } from '@/api/hooks'
import { usePartner, useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { AllotDialog } from './AllotDialog'
import { byProduct } from './byProduct'
import { ProductCard } from './ProductCard'

export type Pool = PoolsQuery['inventory']['nodes'][number]
const CHANNELS = ['OTA', 'DIRECT'] as const satisfies Channel[]
const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOST = 50

/** What each channel may sell, day by day, as it moves. */
export function InventoryView() {
  const { t } = useTranslation('inventory')
  const go = useNavigate()
  const { id: partnerId } = usePartner()
  const { may } = useStanding()
  const said: { channel?: unknown; day?: unknown } = useSearch({ strict: false })
  const channel = CHANNELS.find((each) => each === said.channel) ?? 'OTA'
  const day = typeof said.day === 'string' && DAY.test(said.day) ? said.day : null
  const read = useRead(Pools, { channel, date: day, productIds: null, limit: MOST, after: null })
  const [isAllotting, setAllotting] = useState(false)
  const look = (next: { channel: Channel; day: string | null }) =>
    void go({
      to: '/inventory',
      search: { channel: next.channel, day: next.day ?? undefined },
      replace: true,
    })
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        may('MANAGE_INVENTORY') && (
          <Button look="first" onClick={() => setAllotting(true)}>
            <Icon name="plus" className="size-4" />
            {t('act.new')}
          </Button>
        )
      }
    >
      <div className="mb-6 flex flex-wrap items-end gap-4">
        <fieldset className="flex rounded-control border border-line p-1">
          <legend className="sr-only">{t('channel')}</legend>
          {CHANNELS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === channel}
              onClick={() => look({ channel: each, day })}
              className="rounded-md px-3.5 py-1.5 text-[14px] font-semibold text-soft hover:text-ink aria-pressed:bg-brand-soft aria-pressed:text-link"
            >
              {t(`channels.${each}`)}
            </button>
          ))}
        </fieldset>
        <TextField
          label={t('day')}
          type="date"
          value={day ?? ''}
          onChange={(event) => look({ channel, day: event.target.value || null })}
        />
        {day && (
          <Button look="quiet" onClick={() => look({ channel, day: null })}>
            {t('allDays')}
          </Button>
        )}
      </div>
      <Answer read={read}>
        {({ inventory }) =>
          inventory.nodes.length === 0 ? (
            <Card>
              <Empty icon="boxes" title={t('none')}>
                {t('noneText')}
              </Empty>
            </Card>
          ) : (
            <div className="grid gap-5 xl:grid-cols-2">
              {byProduct(inventory.nodes).map((pools) => (
                <ProductCard key={pools[0].product?.id ?? pools[0].id} pools={pools} partnerId={partnerId} />
              ))}
            </div>
          )
        }
      </Answer>
      <AllotDialog
        isOpen={isAllotting}
        onClose={() => setAllotting(false)}
        channel={channel}
        partnerId={partnerId}
        start={{ productId: '', day: day ?? '', units: '' }}
      />
    </Page>
  )
}
