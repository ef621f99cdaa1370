import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Kpis, type KpisQuery } from '@/api/generated/kpis'
import { useRead } from '@/api/hooks'
import { figure } from '@/i18n/figures'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Page } from '@/ui/Page'
import { Spark } from './Spark'

type Kpi = KpisQuery['kpis'][number]

const DAYS = 180
const TONES: Record<NonNullable<Kpi['level']>, Tone> = { OK: 'good', WARN: 'warn', ALERT: 'bad' }

/** The figures the platform is judged by, each with its target, its gate, and the months so far. */
export function KpisView() {
  const { t } = useTranslation('admin')
  const window = useMemo(() => {
    const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10)
    return { from: day(DAYS), to: day(0) }
  }, [])
  const read = useRead(Kpis, window)
  return (
    <Page title={t('kpis.title')} lead={t('kpis.lead')}>
      <Answer read={read}>
        {({ kpis }) => (
          <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {kpis.map((kpi) => (
              <li key={kpi.name}>
                <OneKpi kpi={kpi} />
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Page>
  )
}

function OneKpi({ kpi }: { kpi: Kpi }) {
  const { t, i18n } = useTranslation('admin')
  const formats = useFormats()
  const shown = (value: string | null) => figure(value, kpi.unit, i18n.language, formats)
  return (
    <section className="flex h-full flex-col rounded-card border border-line bg-surface p-5 shadow-card">
      <header className="flex items-start justify-between gap-3">
        <h2 className="font-semibold">{t(`kpi.${kpi.name}`)}</h2>
        {kpi.level && <Badge tone={TONES[kpi.level]}>{t(`kpis.level.${kpi.level}`)}</Badge>}
      </header>
      <p className="mt-2 text-[28px] leading-tight font-bold tabular-nums">{shown(kpi.value)}</p>
      <Spark
        values={kpi.trend.map((point) => (point.value === null ? null : Number(point.value)))}
        label={t('kpis.trend', {
          name: t(`kpi.${kpi.name}`),
          values: kpi.trend.map((point) => shown(point.value)).join(', '),
        })}
      />
      <dl className="mt-auto grid grid-cols-3 gap-2 pt-4 text-[13px]">
        <Figure term={t('kpis.target')} value={shown(kpi.target)} />
        <Figure term={t('kpis.gate')} value={shown(kpi.gate)} />
        <Figure term={t('kpis.sample')} value={formats.number(kpi.sample)} />
      </dl>
      <details className="mt-3 text-[13px] text-soft">
        <summary className="font-semibold text-link">{t('kpis.how')}</summary>
        <p className="mt-1.5">{kpi.formula}</p>
        {kpi.brief && <p className="mt-1">{kpi.brief}</p>}
      </details>
    </section>
  )
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-soft">{term}</dt>
      <dd className="font-semibold tabular-nums">{value}</dd>
    </div>
  )
}
