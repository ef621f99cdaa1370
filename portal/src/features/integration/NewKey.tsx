import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Environment, IssueApiKey } from '@/api/generated/issue-api-key'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextField } from '@/ui/Field'

interface Props {
  isOpen: boolean
  onClose: () => void
  onMade: (text: string | null) => void
}

/** A key is made; its text goes to who shows it once. */
export function NewKey({ isOpen, onClose, onMade }: Props) {
  const { t } = useTranslation(['integration', 'common'])
  const { id: resellerId } = usePartner()
  const { me } = useStanding()
  const [issue, isBusy] = useAct(IssueApiKey)
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const form = useId()
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const end = String(fields.get('expiresAt') ?? '')
    const outcome = await issue({
      input: {
        resellerId,
        name: String(fields.get('name') ?? ''),
        environment: String(fields.get('environment')) as Environment,
        expiresAt: end ? new Date(`${end}T23:59:59`).toISOString() : null,
        idempotencyKey: key.current,
      },
    })
    key.current = crypto.randomUUID()
    const { fields: [field] = [], message = '' } = outcome.refusal ?? {}
    setProblem(field ? { field, message } : null)
    const made = field ? undefined : tell(outcome)
    if (!made) return
    onClose()
    onMade(made.text)
  }

  return (
    <Dialog
      title={t('keys.new')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={t('common:act.close')}
      actions={
        <>
          <Button onClick={onClose}>{t('common:act.cancel')}</Button>
          <Button type="submit" form={form} look="first" isBusy={isBusy}>
            {t('keys.issue')}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <TextField
          className="sm:col-span-2"
          label={t('keys.name')}
          hint={t('keys.nameHint')}
          error={errorOf('name')}
          name="name"
          required
          maxLength={100}
        />
        <Select
          label={t('keys.environment')}
          name="environment"
          defaultValue={me.environment}
          error={errorOf('environment')}
          options={[
            { value: 'TEST', label: t('common:frame.test') },
            { value: 'LIVE', label: t('common:frame.live') },
          ]}
        />
        <TextField
          type="date"
          label={t('keys.expiresAt')}
          hint={t('keys.expiresHint')}
          error={errorOf('expiresAt')}
          name="expiresAt"
        />
      </form>
    </Dialog>
  )
}
