import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { CancelIntegrationTests } from '@/api/generated/cancel-integration-tests'
import { CertificationRunChanged } from '@/api/generated/certification-run-changed'
import { CertificationRuns, type CertificationRunsQuery } from '@/api/generated/certification-runs'
import { RunIntegrationTests } from '@/api/generated/run-integration-tests'
import { useAct, useLive } from '@/api/hooks'
import { usePages } from '@/api/pages'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'
import { More } from '@/ui/More'
import { Empty } from '@/ui/States'
import { Scenario } from './Scenario'

export type Run = CertificationRunsQuery['certificationRuns']['nodes'][number]

const TONES: Record<Run['status'], Tone> = {
  RUNNING: 'info',
  PASSED: 'good',
  FAILED: 'bad',
  CANCELLED: 'plain',
  EXPIRED: 'warn',
}

/** Whether the partner's system sells rightly: judged from its own calls, as they come. */
export function Certification() {
  const { t } = useTranslation(['integration', 'common'])
  const { id: partnerId } = usePartner()
  const read = usePages(CertificationRuns, { partnerId }, (data) => data.certificationRuns)
  return (
    <div className="grid grid-cols-1 gap-5">
      <p className="max-w-[75ch] text-soft">{t('certification.lead')}</p>
      <Answer read={read}>
        {([latest, ...before]) => (
          <>
            {latest ? (
              <LatestRun key={latest.id} run={latest} />
            ) : (
              <Card>
                <Empty icon="shield" title={t('certification.none')} action={<Start />}>
                  {t('certification.noneText')}
                </Empty>
              </Card>
            )}
            {before.length > 0 && (
              <Card title={t('certification.before')}>
                <ul className="grid gap-2.5">
                  {before.map((run) => (
                    <Past key={run.id} run={run} />
                  ))}
                </ul>
                <More onMore={read.more} isBusy={read.isMore} label={t('common:act.more')} />
              </Card>
            )}
          </>
        )}
      </Answer>
    </div>
  )
}

function Start() {
  const { t } = useTranslation('integration')
  const { id: partnerId } = usePartner()
  const [start, isBusy] = useAct(RunIntegrationTests)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  return (
    <Button
      look="first"
      isBusy={isBusy}
      onClick={async () => {
        tell(await start({ input: { partnerId, idempotencyKey: key.current } }))
        key.current = crypto.randomUUID()
      }}
    >
      <Icon name="play" className="size-4" />
      {t('certification.start')}
    </Button>
  )
}

function passedOf(run: Run) {
  return run.results.filter(({ status }) => status === 'PASSED').length
}

function LatestRun({ run }: { run: Run }) {
  const { t } = useTranslation('integration')
  const { clock, time } = useFormats()
  const [cancel, isBusy] = useAct(CancelIntegrationTests)
  const tell = useTelling()
  const isRunning = run.status === 'RUNNING'
  useLive(CertificationRunChanged, { id: run.id }, { pause: !isRunning })
  const passed = passedOf(run)
  const said = t('certification.passed', { done: passed, all: run.results.length })
  return (
    <>
      <Card>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <Badge tone={TONES[run.status]}>{t(`certification.status.${run.status}`)}</Badge>
          <p aria-live="polite" className="text-lg font-semibold">
            {said}
          </p>
          <p className="text-[13px] text-soft">
            {isRunning
              ? t('certification.endsAt', { time: clock(run.endsAt) })
              : t('certification.started', { time: time(run.startedAt) })}
          </p>
          <div className="ml-auto">
            {isRunning ? (
              <Button
                isSmall
                isBusy={isBusy}
                onClick={async () => tell(await cancel({ input: { id: run.id } }))}
              >
                {t('certification.cancel')}
              </Button>
            ) : (
              <Start />
            )}
          </div>
          <div className="w-full">
            <Meter
              value={passed / run.results.length}
              label={said}
              tone={run.status === 'PASSED' ? 'good' : 'brand'}
            />
          </div>
        </div>
      </Card>
      <ol className="grid gap-2.5">
        {run.results.map((result, index) => (
          <Scenario key={result.scenario} result={result} place={index + 1} />
        ))}
      </ol>
    </>
  )
}

function Past({ run }: { run: Run }) {
  const { t } = useTranslation('integration')
  const { time } = useFormats()
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <Badge tone={TONES[run.status]}>{t(`certification.status.${run.status}`)}</Badge>
      <span>{t('certification.passed', { done: passedOf(run), all: run.results.length })}</span>
      <span className="ml-auto text-[13px] text-soft">{time(run.startedAt)}</span>
    </li>
  )
}
