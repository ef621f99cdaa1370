import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { type PayoutStatus, Payouts, type PayoutsQuery } from '@/api/generated/payouts'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'
import { Table } from '@/ui/Table'

type Payout = PayoutsQuery['payouts']['nodes'][number]

export const PAYOUT_TONES: Record<PayoutStatus, Tone> = {
  PAID: 'good',
  IN_TRANSIT: 'info',
  PENDING: 'plain',
  FAILED: 'bad',
  CANCELED: 'warn',
}
const PAGE = 20

/** What was and is paid to the partner's bank, newest first. */
export function PayoutList({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation('money')
  const { t: common } = useTranslation()
  const { money, day } = useFormats()
  const [limit, setLimit] = useState(PAGE)
  const read = useRead(Payouts, { partnerId, limit })
  return (
    <Card title={t('payouts.title')}>
      <Answer read={read}>
        {({ payouts }) =>
          payouts.nodes.length === 0 ? (
            <Empty icon="calendar" title={t('payouts.none')}>
              {t('payouts.noneText')}
            </Empty>
          ) : (
            <>
              <Table<Payout>
                caption={t('payouts.title')}
                rows={payouts.nodes}
                rowKey={(payout) => payout.id}
                columns={[
                  {
                    key: 'period',
                    title: t('payouts.period'),
                    cell: (payout) => (
                      <Link
                        to="."
                        search={{ payout: payout.id }}
                        className="font-medium text-link hover:underline"
                      >
                        {day(payout.periodStart)} – {day(payout.periodEnd)}
                      </Link>
                    ),
                  },
                  {
                    key: 'status',
                    title: t('payouts.state'),
                    cell: (payout) => (
                      <Badge tone={PAYOUT_TONES[payout.status]}>{t(`payouts.status.${payout.status}`)}</Badge>
                    ),
                  },
                  {
                    key: 'arrives',
                    title: t('payouts.arrives'),
                    isMinor: true,
                    cell: (payout) => (payout.arrivesOn ? day(payout.arrivesOn) : '–'),
                  },
                  {
                    key: 'amount',
                    title: t('payouts.amount'),
                    isNumber: true,
                    cell: (payout) => money(payout.amount),
                  },
                ]}
              />
              {payouts.next && limit < 100 && (
                <Button className="mt-4" isSmall onClick={() => setLimit(limit + PAGE)}>
                  {common('act.more')}
                </Button>
              )}
            </>
          )
        }
      </Answer>
    </Card>
  )
}
