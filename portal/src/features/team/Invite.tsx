import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { InviteMember, type MemberRole } from '@/api/generated/invite-member'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextField } from '@/ui/Field'
import { ROLES } from './Members'

/** Somebody is offered a place in the team. */
export function Invite({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['team', 'common'])
  const { id: partnerId } = usePartner()
  const [invite, isBusy] = useAct(InviteMember)
  const [role, setRole] = useState<(typeof ROLES)[number]>('SUPPORT')
  const [problem, setProblem] = useState<string>()
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const form = useId()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get('email') ?? '').trim()
    const outcome = await invite({ input: { partnerId, email, role, idempotencyKey: key.current } })
    key.current = crypto.randomUUID()
    if (outcome.refusal) return setProblem(outcome.refusal.message || t('common:state.unreachable'))
    setProblem(undefined)
    tell(outcome, t('invited', { email }))
    onClose()
  }

  return (
    <Dialog
      title={t('invite')}
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
        <TextField type="email" name="email" label={t('email')} error={problem} required autoComplete="off" />
        <Select
          label={t('role')}
          hint={t(`roleText.${role}`)}
          value={role}
          onChange={(event) => setRole(event.target.value as Exclude<MemberRole, 'OWNER'>)}
          options={ROLES.map((each) => ({ value: each as string, label: t(`common:role.${each}`) }))}
        />
      </form>
    </Dialog>
  )
}
