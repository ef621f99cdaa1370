import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SetMeetingHours } from '@/api/generated/set-meeting-hours'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useWeek, WEEKDAYS, type Weekday } from '@/i18n/week'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Checkbox, Select } from '@/ui/Field'
import { PillChoice } from '@/ui/PillChoice'
import type { Hours } from './ProfileView'

const HALF_HOUR = 30
const TIMES = Array.from({ length: 49 }, (_, index) => index * HALF_HOUR)
const OFFICE: Pick<Hours, 'opens' | 'closes'> = { opens: 540, closes: 1020 }

interface Props {
  hours: Hours | null
  zone: string
  partnerId: string
}

/** When a partner's people meet; suggested times keep to it. */
export function HoursForm({ hours, zone, partnerId }: Props) {
  const { t } = useTranslation('introducing')
  const { t: common } = useTranslation()
  const { day, minutes } = useWeek()
  const [days, setDays] = useState<Weekday[]>([...(hours?.days ?? WEEKDAYS.slice(0, 5))])
  const [opens, setOpens] = useState(hours?.opens ?? OFFICE.opens)
  const [closes, setCloses] = useState(hours?.closes ?? OFFICE.closes)
  const [isWithin, setWithin] = useState(hours?.areRemindersWithin ?? false)
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const [save, isBusy] = useAct(SetMeetingHours)
  const tell = useTelling()
  const isBackwards = opens >= closes
  const options = (times: readonly number[], kept: number) =>
    [...new Set([...times, kept])]
      .sort((one, other) => one - other)
      .map((value) => ({ value: String(value), label: minutes(value) }))

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isBackwards || days.length === 0) return
    const outcome = await save({
      input: {
        partnerId,
        days: WEEKDAYS.filter((each) => days.includes(each)),
        opens,
        closes,
        areRemindersWithin: isWithin,
      },
    })
    const { refusal } = outcome
    const [field] = refusal?.fields ?? []
    setRefused(field && refusal ? { field, message: refusal.message } : undefined)
    tell(outcome, common('state.saved'))
  }

  return (
    <form onSubmit={submit} className="max-w-[720px]">
      <Card title={t('hours')}>
        <div className="grid gap-5 sm:grid-cols-2">
          <p className="text-[14px] text-soft sm:col-span-2">
            {hours ? t('hoursText', { zone: zone.replaceAll('_', ' ') }) : t('noHours')}
          </p>
          <PillChoice
            className="sm:col-span-2"
            legend={t('days')}
            error={days.length === 0 ? t('oneDay') : refused?.field === 'days' ? refused.message : undefined}
            options={WEEKDAYS.map((value) => ({ value, label: day(value) }))}
            chosen={days}
            onChange={(chosen) => setDays(chosen as Weekday[])}
          />
          <Select
            label={t('opens')}
            value={opens}
            onChange={(event) => setOpens(Number(event.target.value))}
            error={refused?.field === 'opens' ? refused.message : undefined}
            options={options(TIMES.slice(0, -1), opens)}
          />
          <Select
            label={t('closes')}
            value={closes}
            onChange={(event) => setCloses(Number(event.target.value))}
            error={isBackwards ? t('backwards') : refused?.field === 'closes' ? refused.message : undefined}
            options={options(TIMES.slice(1), closes)}
          />
          <Checkbox
            className="sm:col-span-2"
            label={t('within')}
            hint={t('withinHint')}
            checked={isWithin}
            onChange={(event) => setWithin(event.target.checked)}
          />
          <div className="flex justify-end sm:col-span-2">
            <Button type="submit" look="first" isBusy={isBusy}>
              {common('act.save')}
            </Button>
          </div>
        </div>
      </Card>
    </form>
  )
}
