import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CancelHold } from '@/api/generated/cancel-hold'
import { ExtendHold } from '@/api/generated/extend-hold'
import { HoldChanged } from '@/api/generated/hold-changed'
import { useAct, useLive } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Countdown } from '@/ui/Countdown'
import { CustomerDialog } from './CustomerDialog'
import type { Hold } from './Holds'

const TONES: Record<Hold['status'], Tone> = {
  ACTIVE: 'brand',
  ACTIVATED: 'good',
  CANCELLED: 'plain',
  EXPIRED: 'plain',
}
const MORE_MINUTES = 30
const MINUTE_MS = 60_000

/** A hold as it runs down, and what one can do before it is over. */
export function HoldCard({ hold }: { hold: Hold }) {
  const { t } = useTranslation('reservations')
  const words = useTranslation('selling').t
  const { money, day, time } = useFormats()
  const [isOver, setOver] = useState(false)
  const isActive = hold.status === 'ACTIVE' && !isOver
  const status = hold.status === 'ACTIVE' && isOver ? 'EXPIRED' : hold.status
  useLive(HoldChanged, { id: hold.id }, { pause: hold.status !== 'ACTIVE' })
  return (
    <li className="flex flex-col gap-3 rounded-card border border-line bg-surface p-5 shadow-card">
      <div className="flex flex-wrap items-center justify-between gap-2" aria-live="polite">
        <Badge tone={TONES[status]}>{t(`hold.status.${status}`)}</Badge>
        {isActive ? (
          <Countdown
            until={hold.expiresAt}
            label={t('hold.left')}
            className="text-[22px]"
            onOver={() => setOver(true)}
          />
        ) : (
          <span className="text-[13px] text-soft">{time(hold.endedAt ?? hold.expiresAt)}</span>
        )}
      </div>
      <ul className="grid gap-1">
        {hold.lines.map((line) => (
          <li key={`${line.productId}-${line.customerType}-${line.date}`}>
            <span className="font-semibold">{line.product?.name ?? line.productId}</span>
            <span className="block text-[14px] text-soft">
              {words(`count.${line.customerType}`, { count: line.quantity })}
              {line.date && ` · ${day(line.date)}`}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-auto flex items-baseline justify-between gap-3 border-t border-line pt-3">
        <span className="min-w-0 truncate text-[13px] text-soft">
          {hold.reference ?? hold.reseller?.name ?? ''}
        </span>
        <span className="text-[17px] font-bold tabular-nums">{money(hold.total)}</span>
      </p>
      {isActive && <Acts hold={hold} />}
    </li>
  )
}

function Acts({ hold }: { hold: Hold }) {
  const { t } = useTranslation('reservations')
  const { may } = useStanding()
  const tell = useTelling()
  const [extend, isExtending] = useAct(ExtendHold)
  const [cancel, isCancelling] = useAct(CancelHold)
  const [isBooking, setBooking] = useState(false)
  if (!may('RESERVE')) return null
  async function more() {
    // The server counts from now: what is left, and some more.
    const left = Math.max(0, new Date(hold.expiresAt).getTime() - Date.now())
    const holdMinutes = Math.min(1_440, Math.ceil(left / MINUTE_MS) + MORE_MINUTES)
    tell(
      await extend({ input: { id: hold.id, holdMinutes, idempotencyKey: crypto.randomUUID() } }),
      t('hold.extended'),
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button isSmall look="first" onClick={() => setBooking(true)}>
        {t('hold.activate')}
      </Button>
      <Button isSmall isBusy={isExtending} onClick={more}>
        {t('hold.extend', { count: MORE_MINUTES })}
      </Button>
      <Button
        isSmall
        look="quiet"
        isBusy={isCancelling}
        onClick={async () => tell(await cancel({ input: { id: hold.id } }), t('hold.cancelled'))}
      >
        {t('hold.cancel')}
      </Button>
      <CustomerDialog holdId={hold.id} isOpen={isBooking} onClose={() => setBooking(false)} />
    </div>
  )
}
