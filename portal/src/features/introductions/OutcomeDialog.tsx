import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type IntroductionOutcome,
  type NoShowParty,
  RecordOutcome,
  type ShowStatus,
} from '@/api/generated/record-outcome'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextArea } from '@/ui/Field'
import type { Found } from './IntroductionView'

const SHOWS = ['SHOWED', 'NO_SHOW', 'RESCHEDULED'] as const satisfies readonly ShowStatus[]
const MISSING = ['PARTNER', 'CONTRACTOR', 'BOTH'] as const satisfies readonly NoShowParty[]
const OUTCOMES = [
  'DEAL_CLOSED',
  'FOLLOW_UP_SCHEDULED',
  'POSITIVE_FEEDBACK',
  'NEUTRAL',
  'LOST',
] as const satisfies readonly IntroductionOutcome[]

/** Who came to the demo, and what came of it. */
export function OutcomeDialog(props: { found: Found; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  return (
    <Dialog
      title={t('act.outcome')}
      isOpen={props.isOpen}
      onClose={props.onClose}
      closeLabel={common('act.close')}
    >
      <OutcomeForm {...props} />
    </Dialog>
  )
}

function OutcomeForm({ found, onClose }: { found: Found; onClose: () => void }) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  const name = useId()
  const [show, setShow] = useState<ShowStatus>(found.showStatus ?? 'SHOWED')
  const [missing, setMissing] = useState<NoShowParty>(found.noShowParty ?? 'CONTRACTOR')
  const [outcome, setOutcome] = useState<IntroductionOutcome | ''>(found.outcome ?? '')
  const [note, setNote] = useState(found.outcomeNote ?? '')
  const [record, isBusy] = useAct(RecordOutcome)
  const tell = useTelling()

  async function submit(event: FormEvent) {
    event.preventDefault()
    const said = await record({
      input: {
        id: found.id,
        showStatus: show,
        noShowParty: show === 'NO_SHOW' ? missing : null,
        outcome: show === 'SHOWED' && outcome ? outcome : null,
        note: note.trim() || null,
      },
    })
    if (tell(said, t('done.outcome'))) onClose()
  }

  return (
    <form onSubmit={submit} className="grid gap-5">
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-[13px] font-semibold">{t('whoCame')}</legend>
        {SHOWS.map((value) => (
          <label key={value} className="flex items-center gap-2.5">
            <input
              type="radio"
              name={name}
              value={value}
              checked={show === value}
              onChange={() => setShow(value)}
              className="size-[18px] accent-brand"
            />
            {t(`show.${value}`)}
          </label>
        ))}
      </fieldset>
      {show === 'NO_SHOW' && (
        <Select
          label={t('whoMissed')}
          value={missing}
          onChange={(event) => setMissing(event.target.value as NoShowParty)}
          options={MISSING.map((value) => ({ value, label: t(`missing.${value}`) }))}
        />
      )}
      {show === 'SHOWED' && (
        <Select
          label={t('whatCame')}
          value={outcome}
          onChange={(event) => setOutcome(event.target.value as IntroductionOutcome | '')}
          options={[
            { value: '', label: t('saidLater') },
            ...OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
          ]}
        />
      )}
      <TextArea
        label={t('outcomeNote')}
        value={note}
        maxLength={4000}
        onChange={(event) => setNote(event.target.value)}
      />
      <p className="text-[13px] text-soft">{t('sevenDays')}</p>
      <div className="flex justify-end">
        <Button type="submit" look="first" isBusy={isBusy}>
          {common('act.save')}
        </Button>
      </div>
    </form>
  )
}
