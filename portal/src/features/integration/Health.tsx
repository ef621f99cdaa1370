import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntegrationHealth, type IntegrationHealthQuery } from '@/api/generated/integration-health'
import { IntegrationHealthChanged } from '@/api/generated/integration-health-changed'
import { useLive, useRead } from '@/api/hooks'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'
import { Stat } from '@/ui/Stat'
import { Empty } from '@/ui/States'
import { Alerts } from './Alerts'

type Figures = NonNullable<IntegrationHealthQuery['integrationHealth']>
const HOURS = ['1', '24', '168'] as const

/** How the integration does now. */
export function Health() {
  const { t } = useTranslation('integration')
  const { id: partnerId } = usePartner()
  const { environment } = useStanding().me
  const [hours, setHours] = useState<(typeof HOURS)[number]>('24')
  const read = useRead(IntegrationHealth, { partnerId, environment, hours: Number(hours) })
  // Whatever opens or closes: the figures are asked for again, for the time one looks at.
  const live = useLive(IntegrationHealthChanged, { partnerId, environment })
  const alerts = live?.integrationHealthChanged.openSignals.length
  return (
    <div className="grid grid-cols-1 gap-5">
      <Choices
        label={t('health.hours')}
        options={HOURS.map((value) => ({ value, label: t('health.lastHours', { count: Number(value) }) }))}
        chosen={[hours]}
        onToggle={setHours}
      />
      <Answer read={read}>
        {({ integrationHealth: found }) =>
          found && (found.calls > 0 || found.deliveries > 0 || found.openSignals.length > 0) ? (
            <Report found={found} alerts={alerts ?? found.openSignals.length} />
          ) : (
            <Card>
              <Empty icon="pulse" title={t('health.none')}>
                {t('health.noneText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
      <Alerts />
    </div>
  )
}

function Report({ found, alerts }: { found: Figures; alerts: number }) {
  const { t } = useTranslation('integration')
  const { number, percent, relative } = useFormats()
  const rate = (share: number | null) => (share === null ? '–' : percent(share))
  const ms = (value: number | null) =>
    value === null ? '–' : t('health.ms', { ms: number(Math.round(value)) })
  return (
    <>
      <div
        role="status"
        className={classes(
          'flex flex-wrap items-center gap-3 rounded-card border px-5 py-4',
          alerts > 0 ? 'border-bad/40 bg-bad-soft text-bad' : 'border-good/30 bg-good-soft text-good',
        )}
      >
        <Icon name={alerts > 0 ? 'warning' : 'check'} className="size-6" />
        <p className="text-lg font-semibold">
          {alerts > 0 ? t('health.bad', { count: alerts }) : t('health.good')}
        </p>
        <p className="ml-auto flex flex-wrap gap-x-4 text-[13px]">
          {found.lastCallAt && <span>{t('health.lastCall', { ago: relative(found.lastCallAt) })}</span>}
          {found.lastHoldAt && <span>{t('health.lastHold', { ago: relative(found.lastHoldAt) })}</span>}
        </p>
      </div>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat
          label={t('health.calls')}
          value={number(found.calls)}
          note={t('health.answered', { number: number(found.answered) })}
        />
        <Stat label={t('health.errorRate')} value={rate(found.errorRate)} note={t('health.errorNote')} />
        <Stat
          label={t('health.p95')}
          value={ms(found.p95Ms)}
          note={found.p50Ms !== null && t('health.p50', { ms: number(Math.round(found.p50Ms)) })}
        />
        <Stat
          label={t('health.deliveries')}
          value={rate(found.deliveryRate)}
          note={t('health.ofDeliveries', { number: number(found.deliveries) })}
        />
      </div>
      <Card title={t('health.errors')}>
        {found.errors.length === 0 ? (
          <p className="text-soft">{t('health.noErrors')}</p>
        ) : (
          <ul className="grid gap-3">
            {found.errors.map(({ code, calls }) => (
              <li key={code} className="grid grid-cols-[minmax(120px,220px)_1fr_auto] items-center gap-4">
                <Badge tone="bad">{code}</Badge>
                <Meter value={found.calls ? calls / found.calls : 0} label={code} tone="bad" />
                <span className="text-[14px] tabular-nums">{number(calls)}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
