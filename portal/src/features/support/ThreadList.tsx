import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { SupportThreads, type SupportThreadsQuery } from '@/api/generated/support-threads'
import { usePages } from '@/api/pages'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { classes } from '@/ui/classes'
import { More } from '@/ui/More'
import { Empty } from '@/ui/States'
import { toneOf } from './threads'

type Row = SupportThreadsQuery['supportThreads']['nodes'][number]
const SHOWN = ['all', 'OPEN', 'WAITING_FOR_PARTNER', 'RESOLVED'] as const

/** The conversations, the latest first. Who belongs to no organization sees everybody's. */
export function ThreadList({ chosen }: { chosen: string | undefined }) {
  const { t } = useTranslation(['support', 'common'])
  const { partner } = useStanding()
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('all')
  const read = usePages(
    SupportThreads,
    { partnerId: partner?.id ?? null, status: shown === 'all' ? null : shown },
    (data) => data.supportThreads,
  )
  return (
    <Card>
      <div className="mb-4">
        <Choices
          label={t('filter.label')}
          options={SHOWN.map((value) => ({
            value,
            label: value === 'all' ? t('filter.all') : t(`status.${value}`),
          }))}
          chosen={[shown]}
          onToggle={setShown}
        />
      </div>
      <Answer read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="chat" title={t('none')}>
              {t('noneText')}
            </Empty>
          ) : (
            <>
              <ul className="-mx-2 grid gap-0.5">
                {rows.map((row) => (
                  <Item key={row.id} row={row} isChosen={row.id === chosen} isStaff={!partner} />
                ))}
              </ul>
              <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
            </>
          )
        }
      </Answer>
    </Card>
  )
}

function Item({ row, isChosen, isStaff }: { row: Row; isChosen: boolean; isStaff: boolean }) {
  const { t } = useTranslation('support')
  const { relative } = useFormats()
  return (
    <li>
      <Link
        to="/support/$threadId"
        params={{ threadId: row.id }}
        className={classes(
          'grid gap-1.5 rounded-control px-3 py-2.5 transition-colors hover:bg-raised',
          isChosen && 'bg-brand-soft hover:bg-brand-soft',
        )}
      >
        <span className="flex items-baseline justify-between gap-3">
          <span className={classes('truncate', row.unreadCount > 0 ? 'font-bold' : 'font-semibold')}>
            {row.subject}
          </span>
          <span className="text-[12px] whitespace-nowrap text-soft">{relative(row.lastMessageAt)}</span>
        </span>
        <span className="flex flex-wrap items-center gap-2 text-[13px] text-soft">
          <Badge tone={toneOf(row.status, isStaff)}>{t(`status.${row.status}`)}</Badge>
          <span className="truncate">{isStaff ? row.partner?.name : t(`categories.${row.category}`)}</span>
          {row.unreadCount > 0 && (
            <span className="ml-auto rounded-full bg-brand px-2 py-0.5 text-[12px] font-bold text-on-brand">
              {t('unread', { count: row.unreadCount })}
            </span>
          )}
        </span>
      </Link>
    </li>
  )
}
