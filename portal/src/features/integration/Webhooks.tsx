import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { WebhookEndpoints, type WebhookEndpointsQuery } from '@/api/generated/webhook-endpoints'
import { usePages } from '@/api/pages'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { More } from '@/ui/More'
import { Empty } from '@/ui/States'
import { Endpoint } from './Endpoint'
import { NewEndpoint } from './NewEndpoint'
import { Secret } from './Secret'

export type EndpointRow = WebhookEndpointsQuery['webhookEndpoints']['nodes'][number]

/** Where the partner's system hears of what happens. */
export function Webhooks() {
  const { t } = useTranslation(['integration', 'common'])
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const read = usePages(WebhookEndpoints, {}, (data) => data.webhookEndpoints)
  const make = (
    <Button look="first" onClick={() => setMaking(true)}>
      <Icon name="plus" className="size-4" />
      {t('webhooks.new')}
    </Button>
  )
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-[70ch] text-soft">{t('webhooks.lead')}</p>
        {make}
      </div>
      <Answer read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <Card>
              <Empty icon="bell" title={t('webhooks.none')} action={make}>
                {t('webhooks.noneText')}
              </Empty>
            </Card>
          ) : (
            <>
              <ul className="grid grid-cols-1 gap-4">
                {rows.map((endpoint) => (
                  <Endpoint key={endpoint.id} endpoint={endpoint} onSecret={setSecret} />
                ))}
              </ul>
              <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
            </>
          )
        }
      </Answer>
      <NewEndpoint isOpen={isMaking} onClose={() => setMaking(false)} onMade={setSecret} />
      <Secret title={t('webhooks.secret')} text={secret} onClose={() => setSecret(null)} />
    </>
  )
}
