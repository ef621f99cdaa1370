import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import {
  PropertyImportProblems,
  type PropertyImportProblemsQuery,
} from '@/api/generated/property-import-problems'
import { usePages } from '@/api/pages'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { Icon } from '@/ui/Icon'
import { More } from '@/ui/More'
import { type Column, Table } from '@/ui/Table'

type Found = NonNullable<PropertyImportProblemsQuery['propertyImport']>['problems']['nodes'][number]
const SHOWN = ['all', 'ERROR', 'WARNING'] as const

/** What was found, row by row. */
export function Findings({ id, aside }: { id: string; aside: ReactNode }) {
  const { t } = useTranslation(['imports', 'common'])
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('all')
  const read = usePages(
    PropertyImportProblems,
    { id, severity: shown === 'all' ? null : shown },
    (data) => data.propertyImport?.problems,
  )
  const columns: Column<Found>[] = [
    {
      key: 'row',
      title: t('problems.row'),
      cell: (each) => <span className="tabular-nums">{each.row}</span>,
    },
    {
      key: 'column',
      title: t('problems.column'),
      isMinor: true,
      cell: (each) => each.column ?? '–',
    },
    {
      key: 'message',
      title: t('problems.message'),
      cell: (each) => (
        <div className="flex min-w-[220px] items-start gap-2">
          <Icon
            name="warning"
            className={each.severity === 'ERROR' ? 'mt-0.5 size-4 text-bad' : 'mt-0.5 size-4 text-warn'}
          />
          <span>
            <span className="sr-only">{t(`problems.${each.severity}`)}: </span>
            {each.message}
          </span>
        </div>
      ),
    },
    {
      key: 'value',
      title: t('problems.value'),
      isMinor: true,
      cell: (each) =>
        each.value ? (
          <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-[12px] break-all">
            {each.value}
          </code>
        ) : (
          '–'
        ),
    },
    {
      key: 'suggestion',
      title: t('problems.suggestion'),
      cell: (each) =>
        each.suggestion ? (
          <code className="rounded bg-good-soft px-1.5 py-0.5 font-mono text-[12px] break-all text-good">
            {each.suggestion}
          </code>
        ) : (
          '–'
        ),
    },
  ]
  return (
    <Card title={t('problems.title')} aside={aside}>
      <div className="mb-3">
        <Choices
          label={t('problems.filter')}
          options={SHOWN.map((value) => ({ value, label: t(`problems.${value}`) }))}
          chosen={[shown]}
          onToggle={setShown}
        />
      </div>
      <Answer read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="flex items-center gap-2 py-4 text-good">
              <Icon name="check" />
              {t('problems.none')}
            </p>
          ) : (
            <>
              <Table caption={t('problems.title')} columns={columns} rows={rows} rowKey={(each) => each.id} />
              <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
            </>
          )
        }
      </Answer>
    </Card>
  )
}
