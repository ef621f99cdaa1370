import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'
import type { House } from './draft'

/** How much is told of a house, and what is not told yet. */
export function Completeness({ house }: { house: House }) {
  const { t } = useTranslation('properties')
  const { percent } = useFormats()
  const said = percent(house.completeness / 100)
  return (
    <Card className="lg:sticky lg:top-20">
      <div aria-live="polite" className="grid gap-3">
        <div className="flex items-baseline justify-between gap-2">
          <p className="text-[32px] leading-none font-bold tabular-nums">{said}</p>
          <Badge tone={house.isComplete ? 'good' : 'warn'}>
            {house.isComplete ? t('enough') : t('notEnough')}
          </Badge>
        </div>
        <Meter
          value={house.completeness / 100}
          label={t('complete', { percent: said })}
          tone={house.isComplete ? 'good' : 'warn'}
        />
      </div>
      {house.missing.length > 0 ? (
        <>
          <h2 className="mt-5 mb-2 text-[13px] font-semibold text-soft">{t('missing')}</h2>
          <ul className="grid gap-2 text-[14px]">
            {house.missing.map(({ field, label, weight, isNeeded }) => (
              <li key={field} className="flex items-center gap-2">
                {label}
                {isNeeded && <Badge tone="brand">{t('needed')}</Badge>}
                <span className="ml-auto text-[13px] text-soft tabular-nums">
                  {t('worth', { percent: percent(weight / 100) })}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="mt-4 flex items-center gap-2 text-good">
          <Icon name="check" />
          {t('nothingMissing')}
        </p>
      )}
    </Card>
  )
}
