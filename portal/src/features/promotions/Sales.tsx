import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AffiliateConversions, type AffiliateConversionsQuery } from '@/api/generated/affiliate-conversions'
import { ReviewConversion } from '@/api/generated/review-conversion'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'
import { type Column, Table } from '@/ui/Table'

type Sale = AffiliateConversionsQuery['affiliateConversions']['nodes'][number]
const TONES: Record<Sale['status'], Tone> = {
  PENDING: 'info',
  DUE: 'brand',
  PAID: 'good',
  HELD: 'warn',
  REJECTED: 'bad',
  CLAWED_BACK: 'plain',
}
const PAGE = 20
const MOST = 50

/** What was sold by links, what it earns, and what looked odd. */
export function Sales() {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const [shown, setShown] = useState(PAGE)
  const read = useRead(AffiliateConversions, { linkId: null, status: null, limit: shown, after: null })
  const columns = useColumns()
  return (
    <Card>
      <Answer read={read}>
        {({ affiliateConversions: sales }) =>
          sales.nodes.length === 0 ? (
            <Empty icon="link" title={t('sales.none')}>
              {t('sales.noneText')}
            </Empty>
          ) : (
            <>
              <Table
                caption={t('sales.list')}
                columns={columns}
                rows={sales.nodes}
                rowKey={(row) => row.id}
              />
              {sales.next && shown < MOST && (
                <div className="mt-5 flex justify-center">
                  <Button onClick={() => setShown(MOST)}>{frame('act.more')}</Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
    </Card>
  )
}

function useColumns(): Column<Sale>[] {
  const { t } = useTranslation('promotions')
  const { money, time, date, list } = useFormats()
  const { may } = useStanding()
  return [
    { key: 'when', title: t('sales.when'), cell: (row) => time(row.createdAt) },
    {
      key: 'link',
      title: t('sales.link'),
      cell: (row) => <span className="font-mono">{row.link?.code}</span>,
      isMinor: true,
    },
    {
      key: 'status',
      title: t('sales.status'),
      cell: (row) => (
        <>
          <Badge tone={TONES[row.status]}>{t(`sales.statuses.${row.status}`)}</Badge>
          <span className="mt-1 block text-[13px] text-soft">
            {row.status === 'HELD'
              ? list(row.heldBecause.map((why) => t(`sales.because.${why}`)))
              : row.status === 'PENDING' && t('sales.due', { date: date(row.dueAt) })}
          </span>
          {row.status === 'HELD' && may('MANAGE_PROMOTIONS') && <Review sale={row} />}
        </>
      ),
    },
    { key: 'amount', title: t('sales.amount'), cell: (row) => money(row.amount), isNumber: true },
    {
      key: 'commission',
      title: t('sales.commission'),
      cell: (row) => <span className="font-semibold">{money(row.commission)}</span>,
      isNumber: true,
    },
  ]
}

function Review({ sale }: { sale: Sale }) {
  const { t } = useTranslation('promotions')
  const [review, isBusy] = useAct(ReviewConversion)
  const tell = useTelling()
  async function say(isApproved: boolean) {
    const done = isApproved ? t('sales.approved') : t('sales.rejected')
    tell(await review({ input: { id: sale.id, isApproved } }), done)
  }
  return (
    <span className="mt-2 flex gap-2">
      <Button isSmall look="first" isBusy={isBusy} onClick={() => say(true)}>
        {t('sales.approve')}
      </Button>
      <Button isSmall isBusy={isBusy} onClick={() => say(false)}>
        {t('sales.reject')}
      </Button>
    </span>
  )
}
