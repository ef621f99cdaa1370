import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'

interface Props {
  /** As a clock shows them: `2026-12-01T10:30`. */
  times: readonly string[]
  onChange: (times: string[]) => void
  mayAdd: boolean
  /** What a new one begins with. */
  first: string
}

const QUARTER_S = 900

/** Times of one's own, at quarters of an hour. */
export function OwnTimes({ times, onChange, mayAdd, first }: Props) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-[13px] font-semibold">{t('otherTimes')}</legend>
      {times.map((time, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name than their place
        <div key={at} className="flex items-end gap-2">
          <TextField
            className="flex-1"
            label={t('timeNumber', { number: at + 1 })}
            type="datetime-local"
            step={QUARTER_S}
            required
            value={time}
            onChange={(event) =>
              onChange(times.map((each, index) => (index === at ? event.target.value : each)))
            }
          />
          <Button
            aria-label={`${common('act.remove')}: ${t('timeNumber', { number: at + 1 })}`}
            onClick={() => onChange(times.filter((_, index) => index !== at))}
          >
            <Icon name="close" className="size-4" />
          </Button>
        </div>
      ))}
      {mayAdd && (
        <Button isSmall className="justify-self-start" onClick={() => onChange([...times, first])}>
          <Icon name="plus" className="size-4" />
          {t('addTime')}
        </Button>
      )}
    </fieldset>
  )
}
