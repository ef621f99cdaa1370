import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DemoCalendarFile } from '@/api/generated/demo-calendar-file'
import type { DemoTimesQuery } from '@/api/generated/demo-times'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Clock } from './Clock'
import type { Found, Zones } from './IntroductionView'

interface Props {
  found: Found
  arrangement: DemoTimesQuery['demoArrangement']
  zones: Zones
  /** Ask for the arrangement again: calendars are told a moment after the two agreed. */
  onStale: () => void
}

/** The demo: when, where, for the calendar; and what came of it. */
export function Demo({ found, arrangement, zones, onStale }: Props) {
  const { t } = useTranslation('introductions')
  const { relative, time } = useFormats()
  const isAhead = found.stage === 'CONFIRMED'
  const isTold = !!arrangement && arrangement.toldSequence >= arrangement.sequence
  useAgain(isAhead && !isTold, onStale)
  if (!found.scheduledAt) return null
  return (
    <Card
      title={t('demo')}
      aside={
        <Badge tone={isAhead ? 'good' : 'plain'}>
          {found.durationMinutes ? t('minutes', { count: found.durationMinutes }) : t('demo')}
        </Badge>
      }
    >
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <Clock at={found.scheduledAt} isLarge {...zones} />
          {isAhead && <p className="mt-1 text-[14px] font-medium text-good">{relative(found.scheduledAt)}</p>}
        </div>
        {isAhead && (
          <div className="flex flex-wrap gap-2">
            {arrangement?.roomUrl && (
              <a
                href={arrangement.roomUrl}
                target="_blank"
                rel="noreferrer"
                className={buttonClasses('first')}
              >
                <Icon name="people" className="size-4" />
                {t('room')}
              </a>
            )}
            <CalendarFile id={found.id} version={arrangement?.toldSequence} />
          </div>
        )}
      </div>
      {isAhead && arrangement && (
        <p className="mt-3 text-[13px] text-soft">
          {arrangement.remindedAt
            ? t('reminded', { time: time(arrangement.remindedAt) })
            : isTold
              ? t('told')
              : t('telling')}
        </p>
      )}
      {found.showStatus && (
        <dl className="mt-4 grid gap-3 border-t border-line pt-4 text-[14px] sm:grid-cols-2">
          <div>
            <dt className="text-[13px] text-soft">{t('whoCame')}</dt>
            <dd className="font-semibold">
              {t(`show.${found.showStatus}`)}
              {found.noShowParty && ` · ${t(`missing.${found.noShowParty}`)}`}
            </dd>
          </div>
          {found.outcome && (
            <div>
              <dt className="text-[13px] text-soft">{t('whatCame')}</dt>
              <dd className="font-semibold">{t(`outcome.${found.outcome}`)}</dd>
            </div>
          )}
          {found.outcomeNote && <dd className="text-soft sm:col-span-2">{found.outcomeNote}</dd>}
        </dl>
      )}
    </Card>
  )
}

function CalendarFile({ id, version }: { id: string; version: number | undefined }) {
  const { t } = useTranslation('introductions')
  const read = useRead(DemoCalendarFile, { introductionId: id })
  const { reload } = read
  const [known, setKnown] = useState(version)
  useEffect(() => {
    if (known !== version) reload()
    setKnown(version)
  }, [known, version, reload])
  const file = read.data?.demoCalendarFile
  useAgain(!file, reload)
  if (!file) return null
  return (
    <Button onClick={() => save(file)}>
      <Icon name="calendar" className="size-4" />
      {t('calendar')}
    </Button>
  )
}

const AGAIN_MS = 3_000

/** Ask again now and then, as long as what is waited for is not there. */
function useAgain(isWaiting: boolean, ask: () => void) {
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(ask, AGAIN_MS)
    return () => clearInterval(timer)
  }, [isWaiting, ask])
}

const KEPT_MS = 10_000

/** Give the browser a text to keep as a file. */
function save({ fileName, mediaType, text }: { fileName: string; mediaType: string; text: string }) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: mediaType }))
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}
