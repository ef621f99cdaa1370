import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Deliveries } from './Deliveries'
import { EndpointActs } from './EndpointActs'
import { eventName } from './names'
import type { EndpointRow } from './Webhooks'

/** One endpoint: whether it is told anything, of what, and how that goes. */
export function Endpoint({
  endpoint,
  onSecret,
}: {
  endpoint: EndpointRow
  onSecret: (secret: string) => void
}) {
  const { t } = useTranslation('integration')
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="rounded-card border border-line bg-surface p-5 shadow-card">
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-mono text-[14px] font-semibold break-all">{endpoint.url}</h2>
          {endpoint.description && <p className="text-[14px] text-soft">{endpoint.description}</p>}
        </div>
        <State endpoint={endpoint} />
        <EndpointActs endpoint={endpoint} onSecret={onSecret} />
      </div>
      <p className="mt-3 flex flex-wrap gap-1.5">
        {endpoint.eventTypes.map((type) => (
          <code key={type} className="rounded bg-raised px-2 py-0.5 font-mono text-[12px] text-soft">
            {eventName(type)}
          </code>
        ))}
      </p>
      {endpoint.challengeError && !endpoint.verifiedAt && (
        <p className="mt-3 text-[14px] text-bad">{endpoint.challengeError}</p>
      )}
      <Button
        isSmall
        look="quiet"
        className="mt-3 -ml-3"
        aria-expanded={isOpen}
        onClick={() => setOpen((now) => !now)}
      >
        <Icon
          name="down"
          className={isOpen ? 'size-4 rotate-180 transition-transform' : 'size-4 transition-transform'}
        />
        {t('deliveries.show')}
      </Button>
      {isOpen && <Deliveries endpointId={endpoint.id} />}
    </li>
  )
}

function State({ endpoint }: { endpoint: EndpointRow }) {
  const { t } = useTranslation('integration')
  if (endpoint.status === 'DISABLED')
    return <Badge tone="bad">{t(`webhooks.disabled.${endpoint.disabledBecause ?? 'BY_OWNER'}`)}</Badge>
  if (!endpoint.verifiedAt) return <Badge tone="warn">{t('webhooks.unverified')}</Badge>
  if (endpoint.consecutiveFailures > 0)
    return <Badge tone="warn">{t('webhooks.failing', { count: endpoint.consecutiveFailures })}</Badge>
  return <Badge tone="good">{t('webhooks.verified')}</Badge>
}
