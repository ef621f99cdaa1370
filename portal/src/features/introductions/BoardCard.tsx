import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IntroductionUpdated } from '@/api/generated/introduction-updated'
import { useLive } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { isTurnOf, type Side, turnOf } from './acts'
import type { Row } from './IntroductionsView'

const ENDS = ['CLOSED', 'CANCELLED']

/** One introduction on the board; it follows what the other side does. */
export function BoardCard({ row, sides, at }: { row: Row; sides: Side[]; at: string }) {
  const { t } = useTranslation('introductions')
  const { relative, time, number } = useFormats()
  const [after] = useState(row.sequence)
  useLive(IntroductionUpdated, { id: row.id, after }, { pause: ENDS.includes(row.stage) })
  const isMine = isTurnOf(sides, row.stage, row.transitions)
  const [turn, other] = turnOf(row.stage, row.transitions)
  const isOurs = sides.includes('CONTRACTOR')
  const [title, beside] = isOurs ? [row.partner, row.contractor] : [row.contractor, row.partner]
  return (
    <Link
      to="/introductions/$id"
      params={{ id: row.id }}
      data-at={at}
      className={classes(
        'grid gap-2 rounded-control border bg-ground p-3 transition-[border-color,translate] duration-150 hover:-translate-y-px hover:border-soft',
        isMine ? 'border-brand/70' : 'border-line',
      )}
    >
      <span className="min-w-0">
        <span className="block text-[14px] leading-snug font-semibold break-words">
          {title?.name ?? t('unknown')}
        </span>
        <span className="block truncate text-[12px] text-soft">{beside?.name}</span>
      </span>
      {row.scheduledAt && row.stage === 'CONFIRMED' && (
        <span className="flex items-center gap-1.5 text-[12px] font-medium text-good">
          <Icon name="calendar" className="size-3.5" />
          {time(row.scheduledAt)}
        </span>
      )}
      <span className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-[12px] text-soft">
        {isMine ? (
          <span className="rounded-full bg-brand-soft px-2 py-px font-semibold text-link">
            {t('yourTurn')}
          </span>
        ) : (
          <span>{turn && turn !== 'ADMIN' && !other ? t(`waits.${turn}`) : relative(row.updatedAt)}</span>
        )}
        {row.matchScore !== null && (
          <span className="tabular-nums" title={t('matchHint')}>
            {t('match', { score: number(Math.round(Number(row.matchScore))) })}
          </span>
        )}
      </span>
    </Link>
  )
}
