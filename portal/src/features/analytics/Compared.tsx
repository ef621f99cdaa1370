import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { classes } from '@/ui/classes'
import { Stat } from '@/ui/Stat'
import { changeOf } from './windows'

interface Props {
  label: string
  shown: string
  now: number
  before: number
  /** Less of it is better. */
  isBad?: boolean
}

/** A figure beside the one of the window before. */
export function Compared({ label, shown, now, before, isBad = false }: Props) {
  const { t } = useTranslation('analytics')
  const { percent } = useFormats()
  const change = changeOf(now, before)
  const isBetter = change !== null && (isBad ? change < 0 : change > 0)
  const note =
    change === null ? (
      t('noBefore')
    ) : (
      <span className={classes('font-semibold', change === 0 ? '' : isBetter ? 'text-good' : 'text-bad')}>
        {change > 0 ? '+' : ''}
        {percent(change)} <span className="font-normal text-soft">{t('thanBefore')}</span>
      </span>
    )
  return <Stat label={label} value={shown} note={note} />
}
