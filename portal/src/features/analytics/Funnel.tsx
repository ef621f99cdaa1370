import * as m from 'motion/react-m'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntroductionFunnel } from '@/api/generated/introduction-funnel'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'
import type { Window } from './windows'

const STEPS = ['INTRODUCED', 'RESPONDED', 'CONFIRMED', 'SHOWED', 'POSITIVE'] as const
type Step = (typeof STEPS)[number]

/** How far introductions came: each step with its part of all, and of the step before. */
export function Funnel({ window: { from, to }, partnerId }: { window: Window; partnerId: string | null }) {
  const { t } = useTranslation('analytics')
  const { number, percent } = useFormats()
  const read = useRead(IntroductionFunnel, { from, to, partnerId })
  return (
    <Card title={t('funnel')}>
      <Answer read={read}>
        {({ introductionFunnel: steps }) =>
          steps.every((step) => step.number === 0) ? (
            <Empty icon="handshake" title={t('noIntroductions')}>
              {t('noIntroductionsText')}
            </Empty>
          ) : (
            <ol className="grid gap-4">
              {steps.map((step) => (
                <li key={step.name} className="grid gap-1.5">
                  <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                    <span className="font-medium">{t(`step.${step.name as Step}`)}</span>
                    <span className="text-soft tabular-nums">
                      <span className="mr-2 text-[17px] font-bold text-ink">{number(step.number)}</span>
                      {step.ofBefore !== null && t('ofBefore', { share: percent(step.ofBefore) })}
                    </span>
                  </span>
                  <span aria-hidden="true" className="h-8 overflow-hidden rounded-control bg-raised">
                    <m.span
                      className="block h-full rounded-control bg-brand"
                      initial={{ width: 0 }}
                      animate={{ width: `${Number(step.ofAll ?? 0) * 100}%` }}
                      transition={{ duration: 0.5 }}
                    />
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Card>
  )
}
