import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CloseSales } from '@/api/generated/close-sales'
import { PoolChanged } from '@/api/generated/pool-changed'
import { ReopenSales } from '@/api/generated/reopen-sales'
import { useAct, useLive } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import { AllotDialog } from './AllotDialog'
import { partsOf } from './byProduct'
import { EventsDialog } from './EventsDialog'
import type { Pool } from './InventoryView'

const TONES: Record<Pool['status'], Tone> = {
  AVAILABLE: 'good',
  LIMITED: 'warn',
  SOLD_OUT: 'bad',
  CLOSED: 'plain',
}

interface Props {
  pool: Pool
  partnerId: string
  canManage: boolean
}

/** A pool as a bar: sold, held, left; it moves as somebody buys. */
export function PoolRow({ pool, partnerId, canManage }: Props) {
  const { t } = useTranslation('inventory')
  const { day, clock } = useFormats()
  const productId = pool.product?.productId ?? ''
  useLive(
    PoolChanged,
    { productId, channel: pool.channel, date: pool.date },
    { pause: !productId || pool.reseller !== null },
  )
  return (
    <li className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{pool.date ? day(pool.date) : t('anyDay')}</span>
        <Badge tone={TONES[pool.status]}>{t(`status.${pool.status}`)}</Badge>
        {pool.reseller && (
          <span className="text-[13px] text-soft">{t('only', { reseller: pool.reseller.name })}</span>
        )}
        <span className="ml-auto">
          <Actions pool={pool} partnerId={partnerId} canManage={canManage} />
        </span>
      </div>
      <Bar pool={pool} />
      {pool.nextExpiry && (
        <p className="text-[13px] text-soft">{t('nextFree', { time: clock(pool.nextExpiry) })}</p>
      )}
    </li>
  )
}

function Bar({ pool }: { pool: Pool }) {
  const { t } = useTranslation('inventory')
  const { number } = useFormats()
  const parts = partsOf(pool)
  const words = {
    sold: number(pool.sold),
    held: number(pool.held),
    left: number(pool.available),
    all: number(pool.allocated),
  }
  return (
    <div>
      <div
        role="img"
        aria-label={t('of', words)}
        className="flex h-3.5 w-full overflow-hidden rounded-full bg-raised"
      >
        <span className="bg-brand transition-[width] duration-500" style={{ width: `${parts.sold}%` }} />
        <span className="bg-warn transition-[width] duration-500" style={{ width: `${parts.held}%` }} />
      </div>
      <p aria-hidden="true" className="mt-1.5 flex flex-wrap gap-x-4 text-[13px] text-soft tabular-nums">
        <Legend color="bg-brand" text={`${t('sold')} ${words.sold}`} />
        <Legend color="bg-warn" text={`${t('held')} ${words.held}`} />
        <Legend color="border border-line bg-raised" text={`${t('left')} ${words.left}`} />
        <span className="ml-auto">{words.all}</span>
      </p>
    </div>
  )
}

function Legend({ color, text }: { color: string; text: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span className={`size-2.5 rounded-full ${color}`} />
      {text}
    </span>
  )
}

function Actions({ pool, partnerId, canManage }: Props) {
  const { t } = useTranslation('inventory')
  const tell = useTelling()
  const [open, setOpen] = useState<'allot' | 'events' | null>(null)
  const [close] = useAct(CloseSales)
  const [reopen] = useAct(ReopenSales)
  const productId = pool.product?.productId ?? ''
  const input = { productId, channel: pool.channel, date: pool.date }
  const isClosed = pool.status === 'CLOSED'
  const manage = [
    { label: t('act.allot'), onSelect: () => setOpen('allot') },
    isClosed
      ? { label: t('act.reopen'), onSelect: async () => void tell(await reopen({ input }), t('reopened')) }
      : { label: t('act.close'), onSelect: async () => void tell(await close({ input }), t('closed')) },
  ]
  return (
    <>
      <Menu
        label={t('act.actions', { name: pool.product?.name ?? productId })}
        button={<Icon name="menu" className="size-4" />}
        items={[...(canManage ? manage : []), { label: t('act.explain'), onSelect: () => setOpen('events') }]}
      />
      <AllotDialog
        isOpen={open === 'allot'}
        onClose={() => setOpen(null)}
        channel={pool.channel}
        partnerId={partnerId}
        start={{ productId, day: pool.date ?? '', units: String(pool.allocated) }}
      />
      <EventsDialog pool={pool} isOpen={open === 'events'} onClose={() => setOpen(null)} />
    </>
  )
}
