import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { classes } from '@/ui/classes'
import { type Tier, worthOfTier } from './rules'

/** What comes back for a cancellation, the earliest at the front. */
export function Policy({ tiers, isSmall = false }: { tiers: readonly Tier[]; isSmall?: boolean }) {
  const { t } = useTranslation('selling')
  const formats = useFormats()
  const text = isSmall ? 'text-[13px] text-soft' : 'text-[14px]'
  if (tiers.length === 0) return <p className={text}>{t('policy.never')}</p>
  const sorted = [...tiers].sort((one, other) => other.daysBefore - one.daysBefore)
  return (
    <ol className={classes('grid', isSmall ? '' : 'gap-2', text)}>
      {sorted.map((tier) => (
        <li key={tier.daysBefore} className={isSmall ? '' : 'flex justify-between gap-4'}>
          <span className={isSmall ? '' : 'font-medium'}>{worthOfTier(tier, t, formats)}</span>{' '}
          <span className="text-soft">
            {tier.daysBefore > 0 ? t('policy.until', { count: tier.daysBefore }) : t('policy.untilDay')}
          </span>
        </li>
      ))}
      {(sorted.at(-1)?.daysBefore ?? 0) > 0 && (
        <li className={isSmall ? '' : 'flex justify-between gap-4'}>
          <span className={isSmall ? '' : 'font-medium'}>{t('policy.nothing')}</span>{' '}
          <span className="text-soft">{t('policy.later')}</span>
        </li>
      )}
    </ol>
  )
}
