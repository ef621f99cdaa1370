import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AuditChain } from '@/api/generated/audit-chain'
import { AuditLog, type AuditLogQuery } from '@/api/generated/audit-log'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Table } from '@/ui/Table'

type Entry = AuditLogQuery['auditLog']['nodes'][number]

const PAGE = 50

/** What was done by whom, and whether the chain of seals over it is whole. */
export function AuditView() {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const { time } = useFormats()
  const [first, setFirst] = useState(PAGE)
  const read = useRead(AuditLog, { first })
  return (
    <Page title={t('audit.title')} lead={t('audit.lead')}>
      <div className="grid gap-5">
        <Chain />
        <Card>
          <Answer read={read}>
            {({ auditLog }) =>
              auditLog.nodes.length === 0 ? (
                <Empty icon="document" title={t('audit.none')} />
              ) : (
                <>
                  <Table<Entry>
                    caption={t('audit.title')}
                    rows={auditLog.nodes}
                    rowKey={(entry) => entry.id}
                    columns={[
                      {
                        key: 'at',
                        title: t('audit.at'),
                        cell: (entry) => <span className="whitespace-nowrap">{time(entry.at)}</span>,
                      },
                      {
                        key: 'act',
                        title: t('audit.act'),
                        cell: (entry) => <code className="font-mono text-[13px]">{entry.act}</code>,
                      },
                      {
                        key: 'actor',
                        title: t('audit.actor'),
                        cell: (entry) => <span className="text-[13px]">{entry.actor}</span>,
                      },
                      {
                        key: 'object',
                        title: t('audit.object'),
                        isMinor: true,
                        cell: (entry) => <span className="text-[13px] text-soft">{entry.objectId}</span>,
                      },
                      {
                        key: 'facts',
                        title: t('audit.facts'),
                        isMinor: true,
                        cell: (entry) => <Facts facts={entry.facts} />,
                      },
                    ]}
                  />
                  {auditLog.next && first < 100 && (
                    <Button className="mt-4" isSmall onClick={() => setFirst(first + PAGE)}>
                      {common('act.more')}
                    </Button>
                  )}
                </>
              )
            }
          </Answer>
        </Card>
      </div>
    </Page>
  )
}

function Facts({ facts }: { facts: unknown }) {
  const { t } = useTranslation('admin')
  const text = JSON.stringify(facts, null, 2)
  if (text === '{}') return null
  return (
    <details>
      <summary className="text-[13px] font-semibold text-link">{t('audit.show')}</summary>
      <pre className="mt-2 max-w-[420px] overflow-x-auto rounded-control bg-raised p-3 font-mono text-[12px]">
        {text}
      </pre>
    </details>
  )
}

function Chain() {
  const { t } = useTranslation('admin')
  const { number } = useFormats()
  const { partner } = useStanding()
  const { data, isLoading, reload } = useRead(AuditChain, { partnerId: partner?.id ?? null })
  const chain = data?.auditChain
  const isWhole = chain?.brokenAt === null
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-4" aria-live="polite">
        <span className={isWhole ? 'text-good' : chain ? 'text-bad' : 'text-soft'}>
          <Icon name={chain && !isWhole ? 'warning' : 'shield'} className="size-8" />
        </span>
        <p className="min-w-0 flex-1">
          {!chain && t('audit.checking')}
          {chain && isWhole && t('audit.whole', { count: chain.entries, shown: number(chain.entries) })}
          {chain && !isWhole && t('audit.broken', { at: number(chain.brokenAt ?? 0) })}
        </p>
        <Button isSmall isBusy={isLoading} onClick={reload}>
          {t('audit.check')}
        </Button>
      </div>
    </Card>
  )
}
