import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { type BillingDocumentKind, Documents, type DocumentsQuery } from '@/api/generated/documents'
import { useRead } from '@/api/hooks'
import { usePartner } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Table } from '@/ui/Table'
import { Tabs } from '@/ui/Tabs'
import { StatementDialog } from './StatementDialog'

type Paper = DocumentsQuery['documents']['nodes'][number]

const KINDS = ['ALL', 'RECEIPT', 'INVOICE', 'CREDIT_NOTE', 'PAYOUT_STATEMENT', 'ACCOUNT_STATEMENT'] as const
const PAGE = 20

/** The papers of a partner's money, and a new statement on demand. */
export function DocumentsView() {
  const { t } = useTranslation('documents')
  const { id: partnerId } = usePartner()
  const [kind, setKind] = useState<(typeof KINDS)[number]>('ALL')
  const [isAsking, setAsking] = useState(false)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Button look="first" onClick={() => setAsking(true)}>
          <Icon name="plus" className="size-4" />
          {t('statement.ask')}
        </Button>
      }
    >
      <Tabs
        label={t('kinds')}
        tabs={KINDS.map((key) => ({ key, label: t(`kind.${key}`) }))}
        chosen={kind}
        onChoose={setKind}
      >
        <Papers key={kind} partnerId={partnerId} kind={kind === 'ALL' ? null : kind} />
      </Tabs>
      <StatementDialog isOpen={isAsking} onClose={() => setAsking(false)} partnerId={partnerId} />
    </Page>
  )
}

function Papers({ partnerId, kind }: { partnerId: string; kind: BillingDocumentKind | null }) {
  const { t } = useTranslation('documents')
  const { t: common } = useTranslation()
  const { money, date, day } = useFormats()
  const [limit, setLimit] = useState(PAGE)
  const read = useRead(Documents, { partnerId, kind, limit })
  return (
    <Card>
      <Answer read={read}>
        {({ documents }) =>
          documents.nodes.length === 0 ? (
            <Empty icon="document" title={t('none')}>
              {t('noneText')}
            </Empty>
          ) : (
            <>
              <Table<Paper>
                caption={t('title')}
                rows={documents.nodes}
                rowKey={(paper) => paper.id}
                columns={[
                  {
                    key: 'name',
                    title: t('column.document'),
                    cell: (paper) => (
                      <span className="grid">
                        <span className="font-medium">{t(`kind.${paper.kind}`)}</span>
                        <span className="text-[13px] text-soft">
                          {paper.number ??
                            (paper.startsOn && paper.endsOn
                              ? `${day(paper.startsOn)} – ${day(paper.endsOn)}`
                              : '')}
                        </span>
                      </span>
                    ),
                  },
                  {
                    key: 'at',
                    title: t('column.date'),
                    isMinor: true,
                    cell: (paper) => date(paper.createdAt),
                  },
                  {
                    key: 'total',
                    title: t('column.total'),
                    isNumber: true,
                    cell: (paper) => (paper.total ? money(paper.total) : '–'),
                  },
                  {
                    key: 'file',
                    title: <span className="sr-only">{t('column.file')}</span>,
                    isNumber: true,
                    cell: (paper) =>
                      paper.downloadUrl ? (
                        <a
                          href={paper.downloadUrl}
                          download={paper.fileName ?? undefined}
                          className={buttonClasses('plain', true)}
                          aria-label={t('download', { name: paper.fileName ?? paper.number ?? '' })}
                        >
                          <Icon name="download" className="size-4" />
                          {paper.format}
                        </a>
                      ) : (
                        <Badge tone={paper.status === 'FAILED' ? 'bad' : 'info'}>
                          {t(`status.${paper.status}`)}
                        </Badge>
                      ),
                  },
                ]}
              />
              {documents.next && limit < 100 && (
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
