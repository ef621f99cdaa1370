import { useTranslation } from 'react-i18next'
import { figure } from '@/i18n/figures'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { ReasonBars } from '@/ui/ReasonBars'
import { Stat } from '@/ui/Stat'
import type { Stats } from './ProfileView'

/** How far one can be relied on, what it is made of, and how introductions went. */
export function Results({ stats }: { stats: Stats }) {
  const { t, i18n } = useTranslation('introducing')
  const formats = useFormats()
  const { number } = formats
  const { counts, factors } = stats
  return (
    <div className="grid gap-5 lg:grid-cols-[360px_minmax(0,1fr)]">
      <Card
        title={t('confidence')}
        aside={stats.isProvisional && <Badge tone="warn">{t('provisional')}</Badge>}
      >
        <p className="text-[52px] leading-none font-bold tabular-nums">
          {stats.powerConfidence === null ? '–' : number(Math.round(Number(stats.powerConfidence)))}
          <span className="ml-2 text-[15px] font-normal text-soft">{t('ofHundred')}</span>
        </p>
        <p className="mt-2 mb-5 text-[13px] text-soft">
          {stats.isProvisional ? t('provisionalText') : t('confidenceText')}
        </p>
        <ReasonBars
          reasons={factors.map((factor) => ({
            key: factor.factor,
            label: t(`factor.${factor.factor}`),
            points: Number(factor.score ?? 0),
            weight: 100,
            text:
              factor.score === null
                ? t('counts', { weight: factor.weight })
                : t('scored', { score: number(Math.round(Number(factor.score))), weight: factor.weight }),
            isUnknown: factor.score === null,
            note:
              factor.measured === null
                ? t('notYet')
                : t(`measured.${factor.factor}`, {
                    count: factor.observations,
                    value: number(factor.measured),
                  }),
          }))}
        />
      </Card>
      <div className="grid content-start gap-5">
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
          <Stat label={t('count.introduced')} value={number(counts.introduced)} />
          <Stat label={t('count.responded')} value={number(counts.responded)} />
          <Stat label={t('count.confirmed')} value={number(counts.confirmed)} />
          <Stat label={t('count.showed')} value={number(counts.showed)} />
          <Stat label={t('count.positive')} value={number(counts.positive)} />
          <Stat label={t('count.deals')} value={number(counts.deals)} />
        </div>
        <Card title={t('more')}>
          <dl className="grid gap-x-6 gap-y-3 text-[14px] sm:grid-cols-2">
            {(
              [
                'open',
                'lost',
                'cancelled',
                'reminders',
                'missedByPartner',
                'missedByContractor',
                'feedback',
              ] as const
            ).map((name) => (
              <div key={name} className="flex justify-between gap-3 border-b border-line/60 pb-2">
                <dt className="text-soft">{t(`count.${name}`)}</dt>
                <dd className="font-semibold tabular-nums">{number(counts[name])}</dd>
              </div>
            ))}
            <div className="flex justify-between gap-3 border-b border-line/60 pb-2">
              <dt className="text-soft">{t('hoursToBooking')}</dt>
              <dd className="font-semibold tabular-nums">
                {figure(stats.hoursToBooking, 'HOURS', i18n.language, formats)}
              </dd>
            </div>
          </dl>
        </Card>
      </div>
    </div>
  )
}
