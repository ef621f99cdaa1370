import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PlatformReport, type PlatformReportQuery } from '@/api/generated/platform-report'
import { useRead } from '@/api/hooks'
import { figure } from '@/i18n/figures'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Stat } from '@/ui/Stat'
import { Table } from '@/ui/Table'
import type { Window } from './windows'

type Report = PlatformReportQuery['platformReport']

/** The platform as a whole: what it promises, and what is sold where. */
export function Platform({ window: { from, to } }: { window: Window }) {
  const { t, i18n } = useTranslation('analytics')
  const { t: common } = useTranslation()
  const formats = useFormats()
  const read = useRead(PlatformReport, { from, to })
  const stat = (label: string, kpi: Report['drift']) => (
    <Stat
      label={label}
      value={figure(kpi.value, kpi.unit, i18n.language, formats)}
      note={kpi.target && t('target', { value: figure(kpi.target, kpi.unit, i18n.language, formats) })}
    />
  )
  return (
    <Answer read={read}>
      {({ platformReport: report }) => (
        <div className="grid gap-5">
          <div className="grid gap-4 sm:grid-cols-3">
            {stat(t('automationRate'), report.automationRate)}
            {stat(t('oversellIncidents'), report.oversellIncidents)}
            {stat(t('drift'), report.drift)}
          </div>
          <Card title={t('revenue')}>
            {report.sales.length === 0 ? (
              <p className="text-soft">{t('noSales')}</p>
            ) : (
              <Table
                caption={t('revenue')}
                rows={report.sales}
                rowKey={(row) => `${row.channel}${row.revenue.currency}`}
                columns={[
                  { key: 'channel', title: t('channel'), cell: (row) => common(`channel.${row.channel}`) },
                  {
                    key: 'bookings',
                    title: t('bookings'),
                    isNumber: true,
                    cell: (row) => formats.number(row.bookings),
                  },
                  {
                    key: 'average',
                    title: t('average'),
                    isNumber: true,
                    cell: (row) => formats.money(row.average),
                  },
                  {
                    key: 'revenue',
                    title: t('revenue'),
                    isNumber: true,
                    cell: (row) => formats.money(row.revenue),
                  },
                ]}
              />
            )}
          </Card>
        </div>
      )}
    </Answer>
  )
}
