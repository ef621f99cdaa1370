import * as m from 'motion/react-m'
import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Card } from '@/ui/Card'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import type { Case } from './OnboardingView'

const STAGES = [
  'REGISTERED',
  'DATA_COLLECTION',
  'VALIDATING',
  'PROVISIONING',
  'TESTING',
  'READY_FOR_GO_LIVE',
  'LIVE',
] as const satisfies readonly Case['stage'][]

/** The stages from registration to LIVE: where it was, where it is, what comes. */
export function StageTimeline({ found }: { found: Case }) {
  const { t } = useTranslation('onboarding')
  const { date } = useFormats()
  const at = STAGES.indexOf(found.stage)
  return (
    <Card>
      <ol>
        {STAGES.map((stage, index) => {
          const visit = found.stages.findLast((each) => each.stage === stage)
          const isDone = index < at || found.stage === 'LIVE'
          const isHere = index === at && !isDone
          return (
            <li
              key={stage}
              aria-current={isHere ? 'step' : undefined}
              className="relative flex gap-4 pb-7 last:pb-0"
            >
              {index < STAGES.length - 1 && (
                <span aria-hidden="true" className="absolute top-9 bottom-0 left-[17px] w-0.5 bg-line">
                  <m.span
                    className="block w-full bg-brand"
                    initial={false}
                    animate={{ height: isDone ? '100%' : '0%' }}
                    transition={{ duration: 0.5 }}
                  />
                </span>
              )}
              <span
                aria-hidden="true"
                className={classes(
                  'z-10 grid size-9 shrink-0 place-items-center rounded-full border-2 text-[13px] font-bold transition-colors duration-300',
                  isDone && 'border-brand bg-brand text-on-brand',
                  isHere && 'border-brand bg-brand-soft text-link',
                  !isDone && !isHere && 'border-line bg-surface text-soft',
                )}
              >
                {isDone ? <Icon name="check" className="size-4" /> : index + 1}
              </span>
              <div className="min-w-0 pt-1">
                <h2 className={classes('font-semibold', !isDone && !isHere && 'text-soft')}>
                  {t(`stage.${stage}`)}
                </h2>
                {visit && (
                  <p className="text-[13px] text-soft">
                    {date(visit.enteredAt)} · {t('day', { count: Math.round(visit.days) })}
                    {visit.baseline &&
                      ` · ${t('before', { least: visit.baseline.leastDays, most: visit.baseline.mostDays })}`}
                  </p>
                )}
              </div>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
