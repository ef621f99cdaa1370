import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Copy } from '@/ui/Copy'
import { Dialog } from '@/ui/Dialog'
import { Icon } from '@/ui/Icon'

/** What is shown once: a key, or the secret of a webhook. */
export function Secret({
  title,
  text,
  onClose,
}: {
  title: string
  text: string | null
  onClose: () => void
}) {
  const { t } = useTranslation(['integration', 'common'])
  return (
    <Dialog
      title={title}
      isOpen={text !== null}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <Button look="first" onClick={onClose}>
          {t('keys.kept')}
        </Button>
      }
    >
      <p className="mb-4 flex items-start gap-2.5 rounded-control bg-warn-soft px-3.5 py-2.5 text-[14px] text-warn">
        <Icon name="warning" className="mt-0.5 size-5" />
        {t('keys.once')}
      </p>
      <Copy text={text ?? ''} label={t('common:act.copy')} copied={t('common:act.copied')} />
    </Dialog>
  )
}
