import { type FormEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmIntroduction } from '@/api/generated/confirm-introduction'
import { CounterTimes } from '@/api/generated/counter-times'
import { ProposeTimes } from '@/api/generated/propose-times'
import { RescheduleDemo } from '@/api/generated/reschedule-demo'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { zones as allZones } from '@/i18n/week'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextArea } from '@/ui/Field'
import type { Found, Zones } from './IntroductionView'
import { OwnTimes } from './OwnTimes'
import { Suggestions } from './Suggestions'
import { instantOf, soon } from './zones'

interface Props {
  /** Whose times they are; a time that was agreed on elsewhere is one, and is confirmed. */
  way: 'propose' | 'counter' | 'reschedule' | 'confirm'
  found: Found
  zones: Zones
  isOpen: boolean
  onClose: () => void
}

const DURATIONS = Array.from({ length: 16 }, (_, index) => String((index + 1) * 15))
const MOST = 5

/** Times for a demo: those that suit both sides, or others on a clock of one's choice. */
export function TimesDialog(props: Props) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  return (
    <Dialog
      title={t(`act.${props.way}`)}
      isOpen={props.isOpen}
      onClose={props.onClose}
      closeLabel={common('act.close')}
    >
      <TimesForm {...props} />
    </Dialog>
  )
}

function TimesForm({ way, found, zones, onClose }: Props) {
  const { t } = useTranslation('introductions')
  const id = useId()
  const most = way === 'confirm' ? 1 : MOST
  const [chosen, setChosen] = useState<string[]>([])
  const [own, setOwn] = useState<string[]>([])
  const [zone, setZone] = useState(zones.own)
  const [duration, setDuration] = useState(String(found.durationMinutes ?? ''))
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState<string>()
  const [propose, isProposing] = useAct(ProposeTimes)
  const [counter, isCountering] = useAct(CounterTimes)
  const [reschedule, isMoving] = useAct(RescheduleDemo)
  const [confirm, isConfirming] = useAct(ConfirmIntroduction)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const count = chosen.length + own.length

  async function put() {
    const durationMinutes = duration ? Number(duration) : null
    if (way === 'confirm') {
      const startsAt = chosen[0] ?? instantOf(own[0] ?? '', zone)
      return confirm({ input: { id: found.id, startsAt, durationMinutes } })
    }
    const input = {
      introductionId: found.id,
      times: [...chosen.map((startsAt) => ({ startsAt })), ...own.map((localTime) => ({ localTime }))],
      timeZone: zone,
      durationMinutes,
      note: note.trim() || null,
      idempotencyKey: key.current,
    }
    if (way === 'propose') return propose({ input })
    return way === 'counter' ? counter({ input }) : reschedule({ input })
  }

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (count === 0) return setProblem(t('chooseOne'))
    if (count > most) return setProblem(t('chooseFewer', { count: most }))
    const outcome = await put()
    if (outcome.refusal) key.current = crypto.randomUUID()
    setProblem(outcome.refusal?.fields ? outcome.refusal.message : undefined)
    if (tell(outcome, t(`done.${way}`))) onClose()
  }

  return (
    <form onSubmit={submit} className="grid gap-5">
      <Suggestions id={found.id} most={most} chosen={chosen} onChange={setChosen} />
      <OwnTimes
        times={own}
        onChange={setOwn}
        mayAdd={count < most}
        first={soon(new Date(), own.length + 2, zone)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('zone')}
          value={zone}
          onChange={(event) => setZone(event.target.value)}
          options={allZones(zone).map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
        />
        <Select
          label={t('duration')}
          value={duration}
          onChange={(event) => setDuration(event.target.value)}
          options={[
            { value: '', label: t('asPreferred') },
            ...DURATIONS.map((value) => ({ value, label: t('minutes', { count: Number(value) }) })),
          ]}
        />
      </div>
      {way !== 'confirm' && (
        <TextArea
          label={t('noteToThem')}
          rows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      )}
      <p id={id} role="alert" className="text-[13px] text-bad empty:hidden">
        {problem}
      </p>
      <div className="flex justify-end">
        <Button
          type="submit"
          look="first"
          aria-describedby={id}
          isBusy={isProposing || isCountering || isMoving || isConfirming}
        >
          {t(`submit.${way}`, { count })}
        </Button>
      </div>
    </form>
  )
}
