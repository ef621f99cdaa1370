import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Problem } from '@/ui/States'
import { Completeness } from './Completeness'
import { Contacts } from './Contacts'
import type { House } from './draft'
import { useTemplate } from './labels'
import { Basics, Offers, Place, Terms, WordsAndPictures } from './PropertyParts'
import { Rooms } from './Rooms'
import { useHouse } from './useHouse'

/** A house as a form that is checked as one types. */
export function PropertyForm({ house }: { house?: House }) {
  const { t } = useTranslation(['properties', 'common'])
  const { may } = useStanding()
  const { labelOf } = useTemplate()
  const writing = useHouse(house)
  const isReadOnly = !may('MANAGE_PROPERTIES')
  const parts = { writing, labelOf }
  return (
    <Page
      title={house ? house.name : t('form.newTitle')}
      lead={house ? undefined : t('form.newLead')}
      actions={
        <Link to="/properties" className="inline-flex items-center gap-1 text-[14px] font-semibold text-link">
          <Icon name="left" className="size-4" />
          {t('title')}
        </Link>
      }
    >
      <form onSubmit={writing.save} noValidate>
        {writing.isStale && house && (
          <div className="mb-5">
            <Problem
              title={t('form.stale')}
              message={t('form.staleText')}
              retry={t('form.takeTheirs')}
              onRetry={() => writing.take(house)}
            />
          </div>
        )}
        <div className={classes('grid grid-cols-1 items-start gap-5', house && 'lg:grid-cols-[1fr_320px]')}>
          <fieldset disabled={isReadOnly} className="grid min-w-0 grid-cols-1 gap-5">
            <Basics {...parts} />
            <Place {...parts} />
            <Terms {...parts} />
            <Rooms {...parts} />
            <Offers {...parts} />
            <Contacts {...parts} />
            <WordsAndPictures {...parts} />
          </fieldset>
          {house && <Completeness house={writing.base ?? house} />}
        </div>
        {!isReadOnly && <Bar {...{ writing, isNew: !house }} />}
      </form>
    </Page>
  )
}

function Bar({ writing, isNew }: { writing: ReturnType<typeof useHouse>; isNew: boolean }) {
  const { t } = useTranslation(['properties', 'common'])
  const { errors, isChecking, isChanged, isBusy } = writing
  return (
    <div className="sticky bottom-0 z-10 -mx-4 mt-5 flex items-center justify-end gap-3 border-t border-line bg-ground/90 px-4 py-3 backdrop-blur">
      <span aria-live="polite">
        {errors > 0 ? (
          <Badge tone="bad">{t('form.errors', { count: errors })}</Badge>
        ) : isChanged ? (
          <Badge tone={isChecking ? 'plain' : 'good'}>
            {isChecking ? t('form.checking') : t('form.checked')}
          </Badge>
        ) : null}
      </span>
      <Button type="submit" look="first" isBusy={isBusy} disabled={!isChanged}>
        {isNew ? t('form.create') : t('common:act.save')}
      </Button>
    </div>
  )
}
