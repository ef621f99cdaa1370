import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PropertyImport } from '@/api/generated/property-import'
import { PropertyImportChanged } from '@/api/generated/property-import-changed'
import { useLive, useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'
import { Page } from '@/ui/Page'
import { Empty, Problem } from '@/ui/States'
import { Checked } from './Checked'
import { ImportBadge } from './ImportBadge'
import { Mapping } from './Mapping'
import { type Import, type Step, stepOf } from './mapping'
import { Result } from './Result'

/** One file of houses on its way in, as it happens. */
export function ImportView() {
  const { t } = useTranslation(['imports', 'common'])
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const read = useRead(PropertyImport, { id })
  useLive(PropertyImportChanged, { id })
  const found = read.data?.propertyImport
  return (
    <Page
      title={found?.fileName ?? t('title')}
      actions={
        <>
          {found && <ImportBadge status={found.status} />}
          <Link
            to="/properties/import"
            className="ml-2 inline-flex items-center gap-1 text-[14px] font-semibold text-link"
          >
            <Icon name="left" className="size-4" />
            {t('title')}
          </Link>
        </>
      }
    >
      <Answer read={read}>
        {({ propertyImport }) =>
          propertyImport ? (
            <Way found={propertyImport} />
          ) : (
            <Empty icon="document" title={t('common:state.notFound')}>
              {t('common:state.notFoundHint')}
            </Empty>
          )
        }
      </Answer>
    </Page>
  )
}

function Way({ found }: { found: Import }) {
  const { t } = useTranslation('imports')
  const [isRemapping, setRemapping] = useState(false)
  const { status } = found
  const isMapping = status === 'MAPPING_NEEDED' || (status === 'CHECKED' && isRemapping)
  return (
    <div className="grid grid-cols-1 gap-5">
      <Steps at={stepOf(status)} isDone={status === 'APPLIED' || status === 'UNDONE'} />
      {status === 'REFUSED' && (
        <Problem
          title={found.refusal?.message ?? t('status.REFUSED')}
          message={found.refusal?.hint ?? undefined}
        />
      )}
      {(status === 'UPLOADED' || status === 'CHECKING') && <Going found={found} done={found.rowCount} />}
      {(status === 'APPLYING' || status === 'UNDOING') && <Going found={found} done={found.processed} />}
      {isMapping && <Mapping key={found.sequence} found={found} onDone={() => setRemapping(false)} />}
      {status === 'CHECKED' && !isRemapping && <Checked found={found} onRemap={() => setRemapping(true)} />}
      {(status === 'APPLIED' || status === 'UNDONE' || status === 'CANCELLED') && <Result found={found} />}
    </div>
  )
}

const STEPS: readonly Step[] = ['columns', 'check', 'apply']

function Steps({ at, isDone }: { at: Step; isDone: boolean }) {
  const { t } = useTranslation('imports')
  const now = isDone ? STEPS.length : STEPS.indexOf(at)
  return (
    <ol aria-label={t('steps.label')} className="flex items-center gap-2 sm:gap-4">
      {STEPS.map((step, index) => (
        <li
          key={step}
          aria-current={index === now ? 'step' : undefined}
          className={classes(
            'flex items-center gap-2 text-[14px] font-semibold',
            index > 0 &&
              'before:h-0.5 before:w-5 before:rounded-full before:bg-line before:content-[""] sm:before:w-12',
            index <= now ? 'text-ink' : 'text-soft',
          )}
        >
          <span
            aria-hidden="true"
            className={classes(
              'grid size-7 place-items-center rounded-full border-2 text-[12px]',
              index < now && 'border-brand bg-brand text-on-brand',
              index === now && 'border-brand bg-brand-soft text-link',
              index > now && 'border-line',
            )}
          >
            {index < now ? <Icon name="check" className="size-3.5" /> : index + 1}
          </span>
          {t(`steps.${step}`)}
        </li>
      ))}
    </ol>
  )
}

function Going({ found, done }: { found: Import; done: number }) {
  const { t } = useTranslation('imports')
  const { number } = useFormats()
  const isCounting = found.status === 'UPLOADED' || found.status === 'CHECKING'
  return (
    <Card>
      <div role="status" className="grid gap-3">
        <p className="flex items-center justify-between gap-3 font-semibold">
          {t(`status.${found.status}`)}
          <span className="text-[14px] text-soft tabular-nums">
            {isCounting
              ? t('rows', { count: done })
              : t('progress', { done: number(done), all: number(found.rowCount) })}
          </span>
        </p>
        {isCounting ? (
          <div className="h-2 animate-shimmer rounded-full bg-brand" />
        ) : (
          <Meter value={found.rowCount ? done / found.rowCount : 0} label={t(`status.${found.status}`)} />
        )}
      </div>
    </Card>
  )
}
