import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Properties } from '@/api/generated/properties'
import { usePages } from '@/api/pages'
import { usePartner, useStanding } from '@/api/viewer'
import { useSettled } from '@/api/waiting'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { More } from '@/ui/More'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { PropertyTable } from './PropertyTable'

const SHOWN = ['all', 'yes', 'no', 'archived'] as const
type Shown = (typeof SHOWN)[number]

/** The houses of a partner: what is there, how complete it is, and what is out of use. */
export function PropertiesView() {
  const { t } = useTranslation(['properties', 'common'])
  const { id: partnerId } = usePartner()
  const { may } = useStanding()
  const go = useNavigate()
  const { complete, q = '' } = useSearch({ strict: false }) as { complete?: string; q?: string }
  const shown = SHOWN.find((each) => each === complete) ?? 'all'
  const [typed, setTyped] = useState(String(q))
  const search = useSettled(typed, 300)
  useEffect(() => {
    void go({
      to: '.',
      search: { ...(shown === 'all' ? {} : { complete: shown }), ...(search ? { q: search } : {}) } as never,
      replace: true,
    })
  }, [go, shown, search])

  const isComplete = shown === 'yes' ? true : shown === 'no' ? false : null
  const filter = { search: search || null, isComplete, isArchived: shown === 'archived' }
  const read = usePages(Properties, { partnerId, filter }, (data) => data.properties)
  const choose = (next: Shown) =>
    void go({ to: '.', search: { complete: next, ...(search ? { q: search } : {}) } as never, replace: true })
  const isFiltered = Boolean(search) || shown !== 'all'
  const ways = may('MANAGE_PROPERTIES') && <Ways />
  return (
    <Page title={t('title')} lead={t('lead')} actions={ways}>
      <Card>
        <div className="mb-4 flex flex-wrap items-end gap-x-5 gap-y-3">
          <TextField
            className="w-full sm:w-72"
            type="search"
            label={t('search')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Choices
            label={t('filter.label')}
            options={SHOWN.map((value) => ({ value, label: t(`filter.${value}`) }))}
            chosen={[shown]}
            onToggle={choose}
          />
          <p aria-live="polite" className="ml-auto text-[13px] text-soft">
            {read.total !== undefined && t('count', { count: read.total })}
          </p>
        </div>
        <Answer read={read}>
          {(rows) =>
            rows.length > 0 ? (
              <>
                <PropertyTable rows={rows} />
                <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
              </>
            ) : isFiltered ? (
              <Empty icon="search" title={t('empty.noneTitle')}>
                {t('empty.noneText')}
              </Empty>
            ) : (
              <Empty
                icon="building"
                title={t('empty.title')}
                action={ways && <div className="flex flex-wrap justify-center gap-2">{ways}</div>}
              >
                {t('empty.text')}
              </Empty>
            )
          }
        </Answer>
      </Card>
    </Page>
  )
}

function Ways() {
  const { t } = useTranslation('properties')
  return (
    <>
      <Link to="/properties/import" className={buttonClasses()}>
        <Icon name="upload" className="size-4" />
        {t('import')}
      </Link>
      <Link to="/properties/new" className={buttonClasses('first')}>
        <Icon name="plus" className="size-4" />
        {t('add')}
      </Link>
    </>
  )
}
