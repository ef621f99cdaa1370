import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OpenSupportThread, type SupportCategory } from '@/api/generated/open-support-thread'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextArea, TextField } from '@/ui/Field'
import { Attachments, useAttachments } from './Attachments'

const CATEGORIES = [
  'VERIFICATION',
  'PROPERTIES',
  'INTEGRATION',
  'CERTIFICATION',
  'GO_LIVE',
  'BILLING',
  'ACCOUNT',
  'OTHER',
] as const satisfies readonly SupportCategory[]

interface Props {
  partnerId: string
  isOpen: boolean
  onClose: () => void
  onAsked: (id: string) => void
}

/** A new conversation begins with a question. */
export function Ask({ partnerId, isOpen, onClose, onAsked }: Props) {
  const { t } = useTranslation(['support', 'common'])
  const [open, isBusy] = useAct(OpenSupportThread)
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null)
  const attachments = useAttachments(partnerId)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const form = useId()
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const outcome = await open({
      input: {
        partnerId,
        subject: String(fields.get('subject') ?? ''),
        category: String(fields.get('category')) as SupportCategory,
        text: String(fields.get('text') ?? ''),
        attachmentIds: attachments.files.map(({ id }) => id),
        idempotencyKey: key.current,
      },
    })
    key.current = crypto.randomUUID()
    const { fields: [field] = [], message = '' } = outcome.refusal ?? {}
    setProblem(field ? { field, message } : null)
    const thread = field ? undefined : tell(outcome, t('asked'))
    if (!thread) return
    attachments.clear()
    onClose()
    onAsked(thread.id)
  }

  return (
    <Dialog
      title={t('ask')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('common:act.cancel')}</Button>
          <Button type="submit" form={form} look="first" isBusy={isBusy}>
            {t('send')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        <TextField name="subject" label={t('subject')} error={errorOf('subject')} required maxLength={200} />
        <Select
          name="category"
          defaultValue="OTHER"
          label={t('category')}
          error={errorOf('category')}
          options={CATEGORIES.map((value) => ({ value: value as string, label: t(`categories.${value}`) }))}
        />
        <TextArea
          name="text"
          rows={6}
          label={t('text')}
          error={errorOf('text')}
          required
          maxLength={10_000}
        />
        <Attachments {...attachments} />
      </form>
    </Dialog>
  )
}
