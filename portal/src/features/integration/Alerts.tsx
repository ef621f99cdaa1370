import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntegrationAlerts, type IntegrationAlertsQuery } from '@/api/generated/integration-alerts'
import { usePages } from '@/api/pages'
import { usePartner } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { More } from '@/ui/More'

type Alert = IntegrationAlertsQuery['integrationAlerts']['nodes'][number]

/** What went beyond its threshold, and whether it still does. */
export function Alerts() {
  const { t } = useTranslation(['integration', 'common'])
  const { id: partnerId } = usePartner()
  const read = usePages(IntegrationAlerts, { partnerId }, (data) => data.integrationAlerts)
  return (
    <Card title={t('alerts.title')}>
      <Answer read={read}>
        {(rows) => (
          <>
            {rows.length === 0 && <p className="text-soft">{t('alerts.none')}</p>}
            <ul className="grid gap-3">
              {rows.map((alert) => (
                <Raised key={alert.id} alert={alert} />
              ))}
            </ul>
            <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
          </>
        )}
      </Answer>
    </Card>
  )
}

function Raised({ alert }: { alert: Alert }) {
  const { t } = useTranslation('integration')
  const { time, number, percent } = useFormats()
  const said = (value: number) => {
    if (alert.signal === 'SLOW') return t('health.ms', { ms: number(Math.round(value)) })
    if (alert.signal === 'STALE') return t('health.lastHours', { count: Math.round(value) })
    return percent(value)
  }
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line/60 pb-3 last:border-0 last:pb-0">
      <Badge tone={alert.closedAt ? 'plain' : 'bad'}>
        {alert.closedAt ? t('alerts.closed') : t('alerts.open')}
      </Badge>
      <span className="font-semibold">{t(`alerts.${alert.signal}`)}</span>
      <span className="text-[14px] text-soft">
        {t('alerts.value', { value: said(alert.value), threshold: said(alert.threshold) })}
      </span>
      <span className="ml-auto text-[13px] text-soft">
        {alert.environment} · {time(alert.openedAt)}
        {alert.closedAt && ` – ${time(alert.closedAt)}`}
      </span>
    </li>
  )
}
