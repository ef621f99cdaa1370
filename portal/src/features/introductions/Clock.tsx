import { useTranslation } from 'react-i18next'
import { classes } from '@/ui/classes'
import { cityOf, clockIn, zonesAt } from './zones'

interface Props {
  at: string
  /** One's own zone, and those of the other side. */
  own: string
  others: readonly string[]
  isLarge?: boolean
}

/** A moment on the clocks of both sides. */
export function Clock({ at, own, others, isLarge }: Props) {
  const { i18n } = useTranslation()
  const [first, second] = zonesAt(at, own, others)
  return (
    <span className="grid">
      <time
        dateTime={at}
        className={classes('tabular-nums', isLarge ? 'text-[24px] font-bold' : 'font-semibold')}
      >
        {clockIn(at, first ?? own, i18n.language)}
        <span className="ml-1.5 text-[13px] font-normal text-soft">{cityOf(first ?? own)}</span>
      </time>
      {second && (
        <span className="text-[13px] text-soft tabular-nums">
          {clockIn(at, second, i18n.language)} · {cityOf(second)}
        </span>
      )}
    </span>
  )
}
