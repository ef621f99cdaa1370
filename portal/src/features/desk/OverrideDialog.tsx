import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IntroductionStage } from '@/api/generated/introduction'
import { OverrideIntroduction } from '@/api/generated/override-introduction'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { ownZone } from '@/i18n/week'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextArea, TextField } from '@/ui/Field'

const STAGES = [
  'INTRODUCED',
  'RESPONDED',
  'TIMES_PROPOSED',
  'CONFIRMED',
  'HELD',
  'CLOSED',
  'CANCELLED',
] as const satisfies readonly IntroductionStage[]

interface Props {
  id: string
  stage: IntroductionStage
  hasTime: boolean
  isOpen: boolean
  onClose: () => void
}

/** Put an introduction where it belongs, against the usual order, for a reason that stays. */
export function OverrideDialog(props: Props) {
  const { t } = useTranslation('desk')
  const { t: common } = useTranslation()
  return (
    <Dialog
      title={t('act.override')}
      isOpen={props.isOpen}
      onClose={props.onClose}
      closeLabel={common('act.close')}
    >
      <OverrideForm {...props} />
    </Dialog>
  )
}

function OverrideForm({ id, stage: now, hasTime, onClose }: Props) {
  const { t } = useTranslation('desk')
  const { t: words } = useTranslation('introductions')
  const [stage, setStage] = useState<IntroductionStage>(STAGES.find((each) => each !== now) ?? 'CLOSED')
  const [reason, setReason] = useState('')
  const [startsAt, setStartsAt] = useState('')
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const [override, isBusy] = useAct(OverrideIntroduction)
  const tell = useTelling()
  const problem = (field: string) => (refused?.field === field ? refused.message : undefined)

  async function submit(event: FormEvent) {
    event.preventDefault()
    const outcome = await override({
      input: {
        id,
        stage,
        reason: reason.trim(),
        startsAt: stage === 'CONFIRMED' && startsAt ? new Date(startsAt).toISOString() : null,
      },
    })
    const { refusal } = outcome
    const [field] = refusal?.fields ?? []
    setRefused(field && refusal ? { field, message: refusal.message } : undefined)
    if (tell(outcome, t('overridden'))) onClose()
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="text-soft">{t('overrideText')}</p>
      <Select
        label={t('toStage')}
        value={stage}
        onChange={(event) => setStage(event.target.value as IntroductionStage)}
        options={STAGES.filter((each) => each !== now).map((value) => ({
          value,
          label: words(`stage.${value}`),
        }))}
      />
      {stage === 'CONFIRMED' && (
        <TextField
          label={t('startsAt', { zone: ownZone() })}
          hint={hasTime ? t('keepsTime') : undefined}
          type="datetime-local"
          step={900}
          required={!hasTime}
          value={startsAt}
          onChange={(event) => setStartsAt(event.target.value)}
          error={problem('starts_at')}
        />
      )}
      <TextArea
        label={t('reason')}
        required
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={problem('reason')}
      />
      <div className="flex justify-end">
        <Button type="submit" look="first" isBusy={isBusy}>
          {t('act.override')}
        </Button>
      </div>
    </form>
  )
}
