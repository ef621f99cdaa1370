import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { ApiCalls, type ApiCallsQuery } from '@/api/generated/api-calls'
import { usePages } from '@/api/pages'
import { useSettled } from '@/api/waiting'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { More } from '@/ui/More'
import { Empty } from '@/ui/States'
import { type Column, Table } from '@/ui/Table'

type Call = ApiCallsQuery['apiCalls']['nodes'][number]

/** What the partner's system called lately. */
export function Calls() {
  const { t } = useTranslation(['integration', 'common'])
  const { time, number } = useFormats()
  const [operation, setOperation] = useState('')
  const [status, setStatus] = useState('')
  const asked = useSettled(operation.trim(), 400)
  const answer = useSettled(status.trim().toUpperCase(), 400)
  const read = usePages(
    ApiCalls,
    { operation: asked || null, status: answer || null },
    (data) => data.apiCalls,
  )
  const columns: Column<Call>[] = [
    {
      key: 'at',
      title: t('calls.at'),
      cell: (call) => <span className="text-[13px] whitespace-nowrap text-soft">{time(call.at)}</span>,
    },
    {
      key: 'operation',
      title: t('calls.operation'),
      cell: (call) => <code className="font-mono text-[13px]">{call.operation}</code>,
    },
    {
      key: 'status',
      title: t('calls.status'),
      cell: (call) => <Badge tone={call.status === 'OK' ? 'good' : 'warn'}>{call.status}</Badge>,
    },
    {
      key: 'duration',
      title: t('calls.duration'),
      isNumber: true,
      isMinor: true,
      cell: (call) => (call.durationMs === null ? '–' : t('health.ms', { ms: number(call.durationMs) })),
    },
    { key: 'door', title: t('calls.door'), isMinor: true, cell: (call) => call.door },
    {
      key: 'request',
      title: t('calls.request'),
      isMinor: true,
      cell: (call) => <code className="font-mono text-[12px] text-soft">{call.requestId}</code>,
    },
  ]
  return (
    <Card>
      <p className="mb-4 text-soft">{t('calls.lead')}</p>
      <div className="mb-4 flex flex-wrap items-end gap-4">
        <TextField
          className="w-full sm:w-60"
          type="search"
          label={t('calls.operation')}
          value={operation}
          onChange={(event) => setOperation(event.target.value)}
        />
        <TextField
          className="w-full sm:w-60"
          type="search"
          label={t('calls.status')}
          placeholder={t('calls.anyStatus')}
          value={status}
          onChange={(event) => setStatus(event.target.value)}
        />
        <Button onClick={read.reload}>{t('calls.refresh')}</Button>
      </div>
      <Answer read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="inbox" title={t('calls.none')}>
              {t('calls.noneText')}
            </Empty>
          ) : (
            <>
              <Table caption={t('calls.title')} columns={columns} rows={rows} rowKey={(call) => call.id} />
              <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
            </>
          )
        }
      </Answer>
    </Card>
  )
}
