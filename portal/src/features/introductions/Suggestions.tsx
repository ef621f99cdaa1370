import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { SuggestedTimes } from '@/api/generated/suggested-times'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { classes } from '@/ui/classes'
import { SkeletonRows } from '@/ui/States'

interface Props {
  id: string
  most: number
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** Times that suit both sides, with what speaks for each. */
export function Suggestions({ id, most, chosen, onChange }: Props) {
  const { t, i18n } = useTranslation('introductions')
  const { t: common } = useTranslation()
  const { number } = useFormats()
  const read = useRead(SuggestedTimes, { introductionId: id, first: 6 })
  // What the two sides' clocks show comes as text, without a zone: it is shown as it is.
  const wall = (text: string) =>
    new Intl.DateTimeFormat(i18n.language, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
    }).format(new Date(`${text}Z`))

  function toggle(startsAt: string) {
    if (chosen.includes(startsAt)) return onChange(chosen.filter((each) => each !== startsAt))
    onChange(most === 1 ? [startsAt] : [...chosen, startsAt])
  }

  return (
    <fieldset>
      <legend className="mb-2 text-[13px] font-semibold">{t('suggested')}</legend>
      <Answer read={read} skeleton={<SkeletonRows label={common('state.loading')} rows={3} />}>
        {({ suggestedTimes }) =>
          suggestedTimes?.length ? (
            <ul className="grid gap-2">
              {suggestedTimes.map((time) => (
                <li key={time.startsAt}>
                  <label
                    className={classes(
                      'flex cursor-pointer items-start gap-3 rounded-control border p-3 transition-colors',
                      chosen.includes(time.startsAt)
                        ? 'border-brand bg-brand-soft'
                        : 'border-line bg-ground hover:border-soft',
                    )}
                  >
                    <input
                      type="checkbox"
                      className="mt-0.5 size-[18px] accent-brand"
                      checked={chosen.includes(time.startsAt)}
                      onChange={() => toggle(time.startsAt)}
                    />
                    <span className="grid min-w-0 flex-1 gap-1.5">
                      <span className="grid text-[14px] sm:grid-cols-2 sm:gap-x-4">
                        <span className="tabular-nums">
                          <span className="font-semibold">{wall(time.contractorTime)}</span>{' '}
                          <span className="text-[12px] text-soft">{t('side.CONTRACTOR')}</span>
                        </span>
                        <span className="tabular-nums">
                          <span className="font-semibold">{wall(time.partnerTime)}</span>{' '}
                          <span className="text-[12px] text-soft">{t('side.PARTNER')}</span>
                        </span>
                      </span>
                      <Contributions score={time.score} reasons={time.reasons} />
                    </span>
                    <span className="text-right leading-none">
                      <span className="block text-[18px] font-bold tabular-nums">{number(time.score)}</span>
                      <span className="text-[11px] text-soft">{t('ofHundred')}</span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-[14px] text-soft">{t('noSuggestions')}</p>
          )
        }
      </Answer>
    </fieldset>
  )
}

const SHADES = {
  CONTRACTOR_HOURS: 'bg-brand',
  PARTNER_HOURS: 'bg-warn',
  WORKED_BEFORE: 'bg-info',
  SOON: 'bg-good',
} as const

function Contributions({
  score,
  reasons,
}: {
  score: number
  reasons: readonly { signal: keyof typeof SHADES; points: number }[]
}) {
  const { t } = useTranslation('introductions')
  const { number } = useFormats()
  return (
    <span className="grid gap-1.5">
      <span aria-hidden="true" className="flex h-1.5 gap-px overflow-hidden rounded-full bg-raised">
        {score > 0 &&
          reasons.map((reason) => (
            <span
              key={reason.signal}
              className={SHADES[reason.signal]}
              style={{ width: `${Math.max(0, reason.points)}%` }}
            />
          ))}
      </span>
      <span className="flex flex-wrap gap-x-3 gap-y-0.5 text-[12px] text-soft">
        {reasons.map((reason) => (
          <span key={reason.signal} className="inline-flex items-center gap-1.5 tabular-nums">
            <span aria-hidden="true" className={classes('size-2 rounded-full', SHADES[reason.signal])} />
            {t(`signal.${reason.signal}`)} {number(reason.points)}
          </span>
        ))}
      </span>
    </span>
  )
}
