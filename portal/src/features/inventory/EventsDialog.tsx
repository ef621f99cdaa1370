import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PoolExplained } from '@/api/generated/pool-explained'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Dialog } from '@/ui/Dialog'
import type { Pool } from './InventoryView'

/** What made a pool's numbers what they are, newest first. */
export function EventsDialog({
  pool,
  isOpen,
  onClose,
}: {
  pool: Pool
  isOpen: boolean
  onClose: () => void
}) {
  const { t } = useTranslation('inventory')
  const frame = useTranslation().t
  return (
    <Dialog title={t('act.explain')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <Events pool={pool} />
    </Dialog>
  )
}

function Events({ pool }: { pool: Pool }) {
  const { t } = useTranslation('inventory')
  const { time } = useFormats()
  const productId = pool.product?.productId ?? ''
  const read = useRead(PoolExplained, { productId, channel: pool.channel, date: pool.date })
  return (
    <Answer read={read}>
      {({ explainAvailability: explained }) =>
        explained && explained.events.nodes.length > 0 ? (
          <ol className="grid gap-3">
            {explained.events.nodes.map((event) => (
              <li key={event.id} className="flex justify-between gap-4 text-[14px]">
                <span>
                  <span className="font-semibold">{t(`event.${event.kind}`)}</span>
                  <span className="block text-[13px] text-soft">{time(event.at)}</span>
                </span>
                <span className="text-right text-soft tabular-nums">
                  {event.allocatedChange !== 0 && (
                    <span className="block">
                      {t('change.allocated', { change: signed(event.allocatedChange) })}
                    </span>
                  )}
                  {event.heldChange !== 0 && (
                    <span className="block">{t('change.held', { change: signed(event.heldChange) })}</span>
                  )}
                  {event.soldChange !== 0 && (
                    <span className="block">{t('change.sold', { change: signed(event.soldChange) })}</span>
                  )}
                </span>
              </li>
            ))}
          </ol>
        ) : (
          <p className="text-soft">{t('event.none')}</p>
        )
      }
    </Answer>
  )
}

function signed(change: number) {
  return change > 0 ? `+${change}` : `−${-change}`
}
