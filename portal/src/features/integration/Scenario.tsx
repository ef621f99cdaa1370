import * as m from 'motion/react-m'
import { useTranslation } from 'react-i18next'
import { Badge, type Tone } from '@/ui/Badge'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import type { Run } from './Certification'

type Result = Run['results'][number]
const TONES: Record<Result['status'], Tone> = { PENDING: 'plain', PASSED: 'good', FAILED: 'bad' }

/** One thing a system has to do rightly; what to do for it is a press away. */
export function Scenario({ result, place }: { result: Result; place: number }) {
  const { t } = useTranslation('integration')
  const { status } = result
  return (
    <li>
      <details
        open={status === 'FAILED'}
        className="group rounded-card border border-line bg-surface open:shadow-card"
      >
        <summary className="flex list-none items-center gap-3.5 px-4 py-3 [&::-webkit-details-marker]:hidden">
          <m.span
            key={status}
            initial={{ scale: 0.6 }}
            animate={{ scale: 1 }}
            aria-hidden="true"
            className={classes(
              'grid size-8 shrink-0 place-items-center rounded-full border-2 text-[13px] font-bold',
              status === 'PASSED' && 'border-good bg-good-soft text-good',
              status === 'FAILED' && 'border-bad bg-bad-soft text-bad',
              status === 'PENDING' && 'border-line text-soft',
            )}
          >
            {status === 'PASSED' ? (
              <Icon name="check" className="size-4" />
            ) : status === 'FAILED' ? (
              <Icon name="close" className="size-4" />
            ) : (
              place
            )}
          </m.span>
          <span className="min-w-0 flex-1 font-semibold">{result.title}</span>
          <Badge tone={TONES[status]}>{t(`certification.scenario.${status}`)}</Badge>
          <Icon name="down" className="size-4 text-soft transition-transform group-open:rotate-180" />
        </summary>
        <dl className="grid gap-3 border-t border-line px-4 py-4 text-[14px] sm:pl-[62px]">
          <Part name={t('certification.instructions')} text={result.instructions} />
          <Part name={t('certification.expected')} text={result.expected} />
          {result.seen && <Part name={t('certification.seen')} text={result.seen} />}
          {result.mend && <Part name={t('certification.mend')} text={result.mend} isBad />}
          {result.requestId && <Part name={t('certification.request')} text={result.requestId} />}
        </dl>
      </details>
    </li>
  )
}

function Part({ name, text, isBad }: { name: string; text: string; isBad?: boolean }) {
  return (
    <div>
      <dt className="text-[13px] font-semibold text-soft">{name}</dt>
      <dd className={classes('break-words whitespace-pre-line', isBad && 'text-bad')}>{text}</dd>
    </div>
  )
}
