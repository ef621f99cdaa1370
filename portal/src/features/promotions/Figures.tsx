import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AffiliateFigures, type AffiliateFiguresQuery } from '@/api/generated/affiliate-figures'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Stat } from '@/ui/Stat'

const DAYS = 30
const DAY_MS = 86_400_000
type Stats = AffiliateFiguresQuery['affiliateStats']

/** The last thirty days: how many came by links, how many bought, what it earned. */
export function Figures({ partnerId }: { partnerId: string | null }) {
  const { t } = useTranslation('promotions')
  const { number, percent, money } = useFormats()
  const to = new Date().toISOString().slice(0, 10)
  const from = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
  const read = useRead(AffiliateFigures, { from, to, partnerId, linkId: null })
  return (
    <section aria-label={t('figures.days', { count: DAYS })} className="grid gap-4">
      <Answer read={read}>
        {({ affiliateStats: stats }) => (
          <>
            <div className="grid gap-4 sm:grid-cols-3">
              <Stat
                label={t('figures.clicks')}
                value={number(stats.clicks)}
                note={t('figures.days', { count: DAYS })}
              />
              <Stat
                label={t('figures.conversions')}
                value={number(stats.conversions)}
                note={
                  stats.clicks > 0
                    ? `${percent(stats.conversions / stats.clicks)} ${t('figures.rate')}`
                    : undefined
                }
              />
              <Stat
                label={t('figures.commission')}
                value={stats.earned[0] ? money(stats.earned[0].commission) : '–'}
                note={stats.earned[0] && t('figures.revenue', { amount: money(stats.earned[0].revenue) })}
              />
            </div>
            {stats.clicks + stats.conversions > 0 && <Days stats={stats} />}
          </>
        )}
      </Answer>
    </section>
  )
}

/** A column a day; each is read out with its figures. */
function Days({ stats }: { stats: Stats }) {
  const { t } = useTranslation('promotions')
  const { day, number } = useFormats()
  const most = Math.max(1, ...stats.days.map((each) => each.clicks))
  return (
    <Card title={t('figures.chart')}>
      <ol className="flex h-28 items-end gap-[3px]">
        {stats.days.map((each) => {
          const words = t('figures.dayOf', {
            day: day(each.day),
            clicks: number(each.clicks),
            conversions: number(each.conversions),
          })
          return (
            <li key={each.day} title={words} className="flex h-full flex-1 items-end rounded-sm bg-raised/60">
              <span className="sr-only">{words}</span>
              <span
                aria-hidden="true"
                className={`w-full rounded-sm ${each.conversions > 0 ? 'bg-brand' : 'bg-info'}`}
                style={{ height: `${(Math.max(each.clicks, each.conversions) / most) * 100}%` }}
              />
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
