import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Matches } from '@/api/generated/matches'
import { ReassignIntroduction } from '@/api/generated/reassign-introduction'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Dialog } from '@/ui/Dialog'
import { TextArea } from '@/ui/Field'
import { Meter } from '@/ui/Meter'

interface Props {
  id: string
  contractorId: string
  isOpen: boolean
  onClose: () => void
}

/** Another partner for the same contractor, from those that fit. */
export function ReassignDialog(props: Props) {
  const { t } = useTranslation('desk')
  const { t: common } = useTranslation()
  return (
    <Dialog
      title={t('act.reassign')}
      isOpen={props.isOpen}
      onClose={props.onClose}
      closeLabel={common('act.close')}
    >
      <ReassignForm {...props} />
    </Dialog>
  )
}

function ReassignForm({ id, contractorId, onClose }: Props) {
  const { t } = useTranslation('desk')
  const { number } = useFormats()
  const name = useId()
  const [partnerId, setPartner] = useState('')
  const [reason, setReason] = useState('')
  const read = useRead(Matches, { contractorId, first: 10 })
  const [reassign, isBusy] = useAct(ReassignIntroduction)
  const key = useRef(crypto.randomUUID())
  const tell = useTelling()
  const go = useNavigate()

  async function submit(event: FormEvent) {
    event.preventDefault()
    const outcome = await reassign({
      input: { id, partnerId, reason: reason.trim(), idempotencyKey: key.current },
    })
    if (outcome.refusal) key.current = crypto.randomUUID()
    const row = tell(outcome, t('reassigned'))
    if (!row) return
    onClose()
    await go({ to: '/introductions/$id', params: { id: row.id } })
  }

  return (
    <form onSubmit={submit} className="grid gap-5">
      <p className="text-soft">{t('reassignText')}</p>
      <fieldset>
        <legend className="mb-2 text-[13px] font-semibold">{t('newPartner')}</legend>
        <Answer read={read}>
          {({ matches }) =>
            matches?.length ? (
              <ul className="grid gap-2">
                {matches.map(({ partner, score }) => (
                  <li key={partner.id}>
                    <label
                      className={classes(
                        'flex cursor-pointer items-center gap-3 rounded-control border p-3 transition-colors',
                        partnerId === partner.id
                          ? 'border-brand bg-brand-soft'
                          : 'border-line bg-ground hover:border-soft',
                      )}
                    >
                      <input
                        type="radio"
                        name={name}
                        required
                        className="size-[18px] accent-brand"
                        checked={partnerId === partner.id}
                        onChange={() => setPartner(partner.id)}
                      />
                      <span className="flex-1 font-medium">{partner.name}</span>
                      <span className="w-20">
                        <Meter value={Number(score) / 100} label={t('fit', { name: partner.name })} />
                      </span>
                      <span className="w-7 text-right font-semibold tabular-nums">
                        {number(Math.round(Number(score)))}
                      </span>
                    </label>
                  </li>
                ))}
              </ul>
            ) : (
              <p className="text-soft">{t('noOther')}</p>
            )
          }
        </Answer>
      </fieldset>
      <TextArea
        label={t('reason')}
        required
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="flex justify-end">
        <Button type="submit" look="first" isBusy={isBusy} disabled={!partnerId}>
          {t('act.reassign')}
        </Button>
      </div>
    </form>
  )
}
