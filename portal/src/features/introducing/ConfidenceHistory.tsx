import { useTranslation } from 'react-i18next'
import { ConfidenceHistory as Asked } from '@/api/generated/confidence-history'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Table } from '@/ui/Table'
import { curve } from './curve'

const SHOWN = 50
const WIDTH = 400

/** PowerConfidence over time: a line, and the same as a table. */
export function ConfidenceHistory({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation('introducing')
  const { time, number, date } = useFormats()
  const { data } = useRead(Asked, { partnerId, first: SHOWN })
  const nodes = data?.confidenceHistory.nodes ?? []
  const [oldest] = nodes.slice(-1)
  if (!oldest) return null
  const path = curve([...nodes].reverse(), WIDTH, Date.now())
  return (
    <Card title={t('history')}>
      <svg
        viewBox={`0 -4 ${WIDTH} 108`}
        preserveAspectRatio="none"
        aria-hidden="true"
        className="h-28 w-full text-link"
      >
        {[0, 50, 100].map((at) => (
          <path key={at} d={`M0 ${at}H${WIDTH}`} className="stroke-line" vectorEffect="non-scaling-stroke" />
        ))}
        <path
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p className="mt-1 flex justify-between text-[12px] text-soft">
        <span>{date(oldest.at)}</span>
        <span>{t('today')}</span>
      </p>
      <details className="mt-3">
        <summary className="text-[14px] font-semibold text-link">{t('asTable')}</summary>
        <div className="mt-3">
          <Table
            caption={t('history')}
            rows={nodes}
            rowKey={(row) => row.at}
            columns={[
              { key: 'at', title: t('since'), cell: (row) => time(row.at) },
              {
                key: 'score',
                title: t('confidence'),
                isNumber: true,
                cell: (row) => (row.score === null ? '–' : number(row.score)),
              },
            ]}
          />
        </div>
      </details>
    </Card>
  )
}
