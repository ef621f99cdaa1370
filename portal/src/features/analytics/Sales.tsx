import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { SalesReport, type SalesReportQuery } from '@/api/generated/sales-report'
import { useRead } from '@/api/hooks'
import { figure } from '@/i18n/figures'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Meter } from '@/ui/Meter'
import { Empty, Skeleton } from '@/ui/States'
import { Table } from '@/ui/Table'
import { Compared } from './Compared'
import type { Window } from './windows'

const CallsChart = lazy(() => import('./CallsChart').then((module) => ({ default: module.CallsChart })))

type Report = NonNullable<SalesReportQuery['now']>

/** Holds, sales and calls of a window, each beside the window before. */
export function Sales({ window }: { window: Window }) {
  const { t } = useTranslation('analytics')
  const read = useRead(SalesReport, { ...window })
  return (
    <Answer read={read}>
      {({ now, before }) =>
        now && before ? (
          <div className="grid gap-5">
            <Figures now={now} before={before} />
            <Calls now={now} before={before} />
            <div className="grid gap-5 lg:grid-cols-2">
              <Revenue report={now} />
              <Pools report={now} />
            </div>
            <Operations report={now} />
          </div>
        ) : (
          <Card>
            <Empty icon="chart" title={t('none')}>
              {t('noneText')}
            </Empty>
          </Card>
        )
      }
    </Answer>
  )
}

type Before = NonNullable<SalesReportQuery['before']>

function Figures({ now, before }: { now: Report; before: Before }) {
  const { t, i18n } = useTranslation('analytics')
  const formats = useFormats()
  const shown = (kpi: Report['activationRate']) => figure(kpi.value, kpi.unit, i18n.language, formats)
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Compared
        label={t('holds')}
        shown={formats.number(now.holds.created.holds)}
        now={now.holds.created.holds}
        before={before.holds.created.holds}
      />
      <Compared
        label={t('activationRate')}
        shown={shown(now.activationRate)}
        now={Number(now.activationRate.value)}
        before={Number(before.activationRate.value)}
      />
      <Compared
        label={t('expiryRate')}
        shown={shown(now.expiryRate)}
        now={Number(now.expiryRate.value)}
        before={Number(before.expiryRate.value)}
        isBad
      />
      <Compared
        label={t('averageHoldTime')}
        shown={shown(now.averageHoldTime)}
        now={Number(now.averageHoldTime.value)}
        before={Number(before.averageHoldTime.value)}
        isBad
      />
    </div>
  )
}

function Calls({ now, before }: { now: Report; before: Before }) {
  const { t } = useTranslation('analytics')
  const { number, day } = useFormats()
  const [isTable, setTable] = useState(false)
  const rows = now.callsPerDay.map((each, index) => ({
    date: each.date,
    now: each.calls,
    before: before.callsPerDay[index]?.calls ?? 0,
  }))
  return (
    <Card
      title={t('calls', { count: now.calls, shown: number(now.calls) })}
      aside={
        <Button isSmall look="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t('asChart') : t('asTable')}
        </Button>
      }
    >
      {isTable ? (
        <Table
          caption={t('callsPerDay')}
          rows={rows}
          rowKey={(row) => row.date}
          columns={[
            { key: 'day', title: t('day'), cell: (row) => day(row.date) },
            { key: 'now', title: t('thisWindow'), isNumber: true, cell: (row) => number(row.now) },
            { key: 'before', title: t('windowBefore'), isNumber: true, cell: (row) => number(row.before) },
          ]}
        />
      ) : (
        <Suspense fallback={<Skeleton className="h-64 w-full" />}>
          <CallsChart rows={rows} />
        </Suspense>
      )}
    </Card>
  )
}

function Revenue({ report }: { report: Report }) {
  const { t } = useTranslation('analytics')
  const { t: common } = useTranslation()
  const { money, number } = useFormats()
  return (
    <Card title={t('revenue')}>
      {report.revenue.length === 0 ? (
        <p className="text-soft">{t('noSales')}</p>
      ) : (
        <Table
          caption={t('revenue')}
          rows={report.revenue}
          rowKey={(row) => `${row.channel}${row.revenue.currency}`}
          columns={[
            { key: 'channel', title: t('channel'), cell: (row) => common(`channel.${row.channel}`) },
            { key: 'bookings', title: t('bookings'), isNumber: true, cell: (row) => number(row.bookings) },
            { key: 'average', title: t('average'), isNumber: true, cell: (row) => money(row.average) },
            { key: 'revenue', title: t('revenue'), isNumber: true, cell: (row) => money(row.revenue) },
          ]}
        />
      )}
    </Card>
  )
}

function Pools({ report }: { report: Report }) {
  const { t } = useTranslation('analytics')
  const { t: common } = useTranslation()
  const { number } = useFormats()
  return (
    <Card title={t('utilization')}>
      {report.utilization.length === 0 ? (
        <p className="text-soft">{t('noPools')}</p>
      ) : (
        <ul className="grid gap-4">
          {report.utilization.map((pool) => (
            <li key={pool.channel} className="grid gap-1.5">
              <span className="flex justify-between gap-3">
                <span className="font-medium">{common(`channel.${pool.channel}`)}</span>
                <span className="text-soft tabular-nums">
                  {t('soldOf', { sold: number(pool.sold), allocated: number(pool.allocated) })}
                </span>
              </span>
              <Meter
                label={common(`channel.${pool.channel}`)}
                value={pool.allocated ? pool.sold / pool.allocated : 0}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Operations({ report }: { report: Report }) {
  const { t, i18n } = useTranslation('analytics')
  const formats = useFormats()
  if (report.operations.length === 0) return null
  return (
    <Card title={t('operations')}>
      <Table
        caption={t('operations')}
        rows={report.operations}
        rowKey={(row) => row.operation}
        columns={[
          {
            key: 'operation',
            title: t('operation'),
            cell: (row) => <code className="font-mono text-[13px]">{row.operation}</code>,
          },
          { key: 'calls', title: t('callsShort'), isNumber: true, cell: (row) => formats.number(row.calls) },
          {
            key: 'refusals',
            title: t('refusals'),
            isNumber: true,
            isMinor: true,
            cell: (row) => formats.number(row.refusals),
          },
          { key: 'errors', title: t('errors'), isNumber: true, cell: (row) => formats.number(row.errors) },
          {
            key: 'p50',
            title: 'p50',
            isNumber: true,
            isMinor: true,
            cell: (row) => figure(row.p50Ms.value, row.p50Ms.unit, i18n.language, formats),
          },
          {
            key: 'p95',
            title: 'p95',
            isNumber: true,
            cell: (row) => figure(row.p95Ms.value, row.p95Ms.unit, i18n.language, formats),
          },
        ]}
      />
    </Card>
  )
}
