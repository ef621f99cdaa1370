import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeleteWebhookEndpoint } from '@/api/generated/delete-webhook-endpoint'
import { RotateWebhookSecret } from '@/api/generated/rotate-webhook-secret'
import { SendTestWebhook } from '@/api/generated/send-test-webhook'
import { UpdateWebhookEndpoint } from '@/api/generated/update-webhook-endpoint'
import { VerifyWebhookEndpoint } from '@/api/generated/verify-webhook-endpoint'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import type { EndpointRow } from './Webhooks'

/** What one can do with an endpoint. */
export function EndpointActs({
  endpoint,
  onSecret,
}: {
  endpoint: EndpointRow
  onSecret: (secret: string) => void
}) {
  const { t } = useTranslation(['integration', 'common'])
  const tell = useTelling()
  const [test] = useAct(SendTestWebhook)
  const [verify] = useAct(VerifyWebhookEndpoint)
  const [update] = useAct(UpdateWebhookEndpoint)
  const [rotate] = useAct(RotateWebhookSecret)
  const [remove, isRemoving] = useAct(DeleteWebhookEndpoint)
  const [isAsking, setAsking] = useState(false)
  const { id } = endpoint
  const isOn = endpoint.status === 'ENABLED'
  const idempotencyKey = () => crypto.randomUUID()
  const items = [
    isOn && {
      label: t('webhooks.test'),
      onSelect: async () =>
        tell(
          await test({ input: { endpointId: id, idempotencyKey: idempotencyKey() } }),
          t('webhooks.tested'),
        ),
    },
    isOn &&
      !endpoint.verifiedAt && {
        label: t('webhooks.verify'),
        onSelect: async () => tell(await verify({ input: { id } }), t('webhooks.verifying')),
      },
    {
      label: t('webhooks.rotate'),
      onSelect: async () => {
        const made = tell(await rotate({ input: { id, idempotencyKey: idempotencyKey() } }))
        if (made) onSecret(made.secret)
      },
    },
    {
      label: isOn ? t('webhooks.disable') : t('webhooks.enable'),
      onSelect: async () =>
        tell(await update({ input: { id, status: isOn ? 'DISABLED' : 'ENABLED' } }), t('common:state.saved')),
    },
    { label: t('webhooks.remove'), onSelect: () => setAsking(true) },
  ].filter((each) => each !== false)
  return (
    <>
      <Menu
        label={t('webhooks.actions', { url: endpoint.url })}
        button={<Icon name="dots" />}
        items={items}
        className="-my-2"
      />
      <Dialog
        title={t('webhooks.remove')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        closeLabel={t('common:act.close')}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t('common:act.cancel')}</Button>
            <Button
              look="danger"
              isBusy={isRemoving}
              onClick={async () => {
                if (tell(await remove({ input: { id } }), t('webhooks.removed'))) setAsking(false)
              }}
            >
              {t('webhooks.remove')}
            </Button>
          </>
        }
      >
        <p className="mb-2 font-mono text-[14px] break-all">{endpoint.url}</p>
        <p>{t('webhooks.removeText')}</p>
      </Dialog>
    </>
  )
}
