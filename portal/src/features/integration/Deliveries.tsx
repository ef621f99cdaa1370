import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { ReplayWebhookDeliveries } from '@/api/generated/replay-webhook-deliveries'
import { WebhookDeliveries, type WebhookDeliveriesQuery } from '@/api/generated/webhook-deliveries'
import { useAct } from '@/api/hooks'
import { usePages } from '@/api/pages'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { More } from '@/ui/More'
import { type Column, Table } from '@/ui/Table'
import { eventName } from './names'

type Delivery = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number]
const TONES: Record<Delivery['status'], Tone> = { PENDING: 'info', DELIVERED: 'good', DEAD: 'bad' }
const DAY_MS = 86_400_000

/** What was delivered to an endpoint, and the way to have it again. */
export function Deliveries({ endpointId }: { endpointId: string }) {
  const { t } = useTranslation(['integration', 'common'])
  const { time } = useFormats()
  const read = usePages(WebhookDeliveries, { endpointId }, (data) => data.webhookDeliveries)
  const [replay, isBusy] = useAct(ReplayWebhookDeliveries)
  const tell = useTelling()

  async function again(what: { ids: string[] } | { since: string }) {
    const outcome = await replay({ input: { endpointId, ...what } })
    tell(outcome, outcome.row && t('deliveries.replayed', { count: outcome.row.replayed }))
  }

  const columns: Column<Delivery>[] = [
    {
      key: 'event',
      title: t('deliveries.event'),
      cell: (each) => <code className="font-mono text-[13px]">{eventName(each.eventType)}</code>,
    },
    {
      key: 'status',
      title: t('deliveries.status'),
      cell: (each) => <Badge tone={TONES[each.status]}>{t(`deliveries.${each.status}`)}</Badge>,
    },
    {
      key: 'answer',
      title: t('deliveries.answer'),
      isMinor: true,
      cell: (each) => (
        <span className="text-[13px] text-soft">
          {[each.lastStatus, each.lastError].filter(Boolean).join(' · ') || '–'}
        </span>
      ),
    },
    {
      key: 'attempts',
      title: t('deliveries.attempts'),
      isNumber: true,
      isMinor: true,
      cell: (each) => each.attempts,
    },
    {
      key: 'at',
      title: t('deliveries.at'),
      cell: (each) => <span className="text-[13px] text-soft">{time(each.createdAt)}</span>,
    },
    {
      key: 'again',
      title: <span className="sr-only">{t('deliveries.replay')}</span>,
      isNumber: true,
      cell: (each) =>
        each.status !== 'PENDING' && (
          <Button
            isSmall
            look="quiet"
            aria-label={t('deliveries.replayOf', { event: eventName(each.eventType) })}
            onClick={() => again({ ids: [each.id] })}
          >
            {t('deliveries.replay')}
          </Button>
        ),
    },
  ]
  return (
    <div className="mt-3 border-t border-line pt-4">
      <Answer read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-soft">{t('deliveries.none')}</p>
          ) : (
            <>
              <Table
                caption={t('deliveries.title')}
                columns={columns}
                rows={rows}
                rowKey={(each) => each.id}
              />
              <div className="mt-3 flex justify-end">
                <Button
                  isSmall
                  isBusy={isBusy}
                  onClick={() => again({ since: new Date(Date.now() - DAY_MS).toISOString() })}
                >
                  {t('deliveries.replayDay')}
                </Button>
              </div>
              <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
            </>
          )
        }
      </Answer>
    </div>
  )
}
