import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { classes } from '@/ui/classes'
import type { Found } from './IntroductionView'

/** Its steps, the last one at the front. */
export function History({ found }: { found: Found }) {
  const { t } = useTranslation('introductions')
  const { time } = useFormats()
  const steps = [...found.transitions].reverse()
  return (
    <Card title={t('history')}>
      <ol>
        {steps.map((step, at) => (
          <li key={step.sequence} className="relative flex gap-3.5 pb-5 last:pb-0">
            {at < steps.length - 1 && (
              <span aria-hidden="true" className="absolute top-4 bottom-0 left-[5px] w-px bg-line" />
            )}
            <span
              aria-hidden="true"
              className={classes(
                'mt-1.5 size-[11px] shrink-0 rounded-full border-2',
                at === 0 ? 'border-brand bg-brand' : 'border-soft bg-surface',
              )}
            />
            <div className="min-w-0">
              <p className={classes('text-[14px]', at === 0 ? 'font-semibold' : '')}>
                {step.fromStage === step.toStage && step.toStage === 'TIMES_PROPOSED'
                  ? t('otherTimesProposed')
                  : t(`step.${step.toStage}`)}
              </p>
              <p className="text-[13px] text-soft">
                {time(step.at)} · {t(`role.${step.role}`)}
              </p>
              {step.reason && <p className="mt-1 text-[13px] text-soft italic">{step.reason}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}
