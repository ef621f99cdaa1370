import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PartnerRanking, type PartnerRankingQuery } from '@/api/generated/partner-ranking'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Meter } from '@/ui/Meter'
import { Empty } from '@/ui/States'
import { Table } from '@/ui/Table'

type Ranked = PartnerRankingQuery['partnerRanking'][number]

const PAGE = 20
const MOST = 100
const FACTORS = ['RESPONSE_TIME', 'SHOW_RATE', 'BOOKING_CONVERSION', 'OUTCOME_SUCCESS'] as const

/** The partners by PowerConfidence, with what it is made of. */
export function Ranking() {
  const { t } = useTranslation('desk')
  const { t: words } = useTranslation('introducing')
  const { t: common } = useTranslation()
  const { number } = useFormats()
  const [first, setFirst] = useState(PAGE)
  const read = useRead(PartnerRanking, { first })
  return (
    <Card title={t('ranking')}>
      <Answer read={read}>
        {({ partnerRanking }) =>
          partnerRanking.length === 0 ? (
            <Empty icon="star" title={t('noRanking')}>
              {t('noRankingText')}
            </Empty>
          ) : (
            <>
              <Table<Ranked>
                caption={t('ranking')}
                rows={partnerRanking}
                rowKey={(row) => row.partner.id}
                columns={[
                  {
                    key: 'rank',
                    title: '#',
                    cell: (row) => <span className="text-soft">{number(row.rank)}</span>,
                  },
                  {
                    key: 'partner',
                    title: t('column.partner'),
                    cell: (row) => (
                      <span className="grid gap-0.5">
                        <Link
                          to="/introductions"
                          search={{ whom: row.partner.id, shown: 'ALL' } as never}
                          className="font-semibold text-link hover:underline"
                        >
                          {row.partner.name}
                        </Link>
                        <span className="text-[13px] text-soft">
                          {t('counted', { count: row.stats.counts.introduced })}
                        </span>
                      </span>
                    ),
                  },
                  {
                    key: 'confidence',
                    title: words('confidence'),
                    cell: (row) => (
                      <span className="flex items-center gap-2">
                        <span className="text-lg font-bold tabular-nums">
                          {row.stats.powerConfidence === null
                            ? '–'
                            : number(Math.round(Number(row.stats.powerConfidence)))}
                        </span>
                        {row.stats.isProvisional && <Badge tone="warn">{words('provisional')}</Badge>}
                      </span>
                    ),
                  },
                  ...FACTORS.map((name) => ({
                    key: name,
                    title: words(`factor.${name}`),
                    isMinor: true,
                    cell: (row: Ranked) => <Factor row={row} name={name} />,
                  })),
                ]}
              />
              {partnerRanking.length === first && first < MOST && (
                <Button className="mt-4" isSmall onClick={() => setFirst(first + PAGE)}>
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

function Factor({ row, name }: { row: Ranked; name: (typeof FACTORS)[number] }) {
  const { t: words } = useTranslation('introducing')
  const { number } = useFormats()
  const factor = row.stats.factors.find((each) => each.factor === name)
  if (!factor || factor.score === null)
    return <span className="text-[13px] text-soft">{words('notYet')}</span>
  return (
    <span className="grid min-w-[90px] gap-1">
      <span className="text-[13px] tabular-nums">{number(Math.round(Number(factor.score)))}</span>
      <Meter value={Number(factor.score) / 100} label={`${row.partner.name}: ${words(`factor.${name}`)}`} />
    </span>
  )
}
