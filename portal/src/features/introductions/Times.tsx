import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PickTime } from '@/api/generated/pick-time'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { type Act, mayPick, type Side } from './acts'
import { Clock } from './Clock'
import type { Slot, Zones } from './IntroductionView'

const TONES: Record<Slot['status'], Tone> = {
  OPEN: 'info',
  PICKED: 'good',
  DECLINED: 'plain',
  REPLACED: 'plain',
  WITHDRAWN: 'plain',
}

interface Props {
  slots: readonly Slot[]
  sides: readonly Side[]
  acts: Set<Act>
  zones: Zones
}

/** The times that were proposed: those that wait for an answer, and those before. */
export function Times({ slots, sides, acts, zones }: Props) {
  const { t } = useTranslation('introductions')
  const byTime = [...slots].sort((one, other) => one.startsAt.localeCompare(other.startsAt))
  const open = byTime.filter((slot) => slot.status === 'OPEN')
  const before = byTime.filter((slot) => slot.status !== 'OPEN')
  const note = open.find((slot) => slot.note)
  return (
    <Card title={t('times')}>
      {note && (
        <p className="mb-4 rounded-control bg-raised px-4 py-3 text-[14px]">
          <span className="font-semibold">{t(`side.${note.side}`)}:</span> {note.note}
        </p>
      )}
      {open.length > 0 ? (
        <ul className="grid gap-2.5" aria-label={t('openTimes')}>
          {open.map((slot) => (
            <Open
              key={slot.id}
              slot={slot}
              zones={zones}
              isMine={acts.has('pick') && mayPick(slot.side, sides)}
            />
          ))}
        </ul>
      ) : (
        <p className="text-soft">{t('noOpenTimes')}</p>
      )}
      {before.length > 0 && (
        <details className="mt-4">
          <summary className="text-[14px] font-semibold text-link">
            {t('before', { count: before.length })}
          </summary>
          <ul className="mt-3 grid gap-2">
            {before.map((slot) => (
              <li
                key={slot.id}
                className="flex flex-wrap items-center justify-between gap-3 border-b border-line/60 pb-2 last:border-0"
              >
                <Clock at={slot.startsAt} {...zones} />
                <span className="flex items-center gap-3 text-[13px] text-soft">
                  {t(`side.${slot.side}`)}
                  <Badge tone={TONES[slot.status]}>{t(`slot.${slot.status}`)}</Badge>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}

function Open({ slot, zones, isMine }: { slot: Slot; zones: Zones; isMine: boolean }) {
  const { t } = useTranslation('introductions')
  const { time } = useFormats()
  const [pick, isBusy] = useAct(PickTime)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())

  async function take() {
    const outcome = await pick({ input: { slotId: slot.id, idempotencyKey: key.current } })
    if (outcome.refusal) key.current = crypto.randomUUID()
    tell(outcome, t('done.picked'))
  }

  return (
    <li className="flex flex-wrap items-center justify-between gap-3 rounded-control border border-line bg-ground p-3.5">
      <Clock at={slot.startsAt} {...zones} />
      <span className="flex items-center gap-3 text-[13px] text-soft">
        {t('minutes', { count: slot.durationMinutes })}
        {isMine ? (
          <Button look="first" isSmall isBusy={isBusy} onClick={take}>
            {t('act.pick')}
            <span className="sr-only">{time(slot.startsAt)}</span>
          </Button>
        ) : (
          <Badge tone="info">{t('waiting')}</Badge>
        )}
      </span>
    </li>
  )
}
