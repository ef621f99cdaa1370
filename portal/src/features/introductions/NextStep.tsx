import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SendIntroduction } from '@/api/generated/send-introduction'
import { TriggerFollowUp } from '@/api/generated/trigger-follow-up'
import { UpdateIntroduction } from '@/api/generated/update-introduction'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { type Act, isTurnOf, type Side, turnOf } from './acts'
import { CancelDialog } from './CancelDialog'
import { FeedbackDialog } from './FeedbackDialog'
import type { Found, Zones } from './IntroductionView'
import { OutcomeDialog } from './OutcomeDialog'
import { TimesDialog } from './TimesDialog'

interface Props {
  found: Found
  sides: Side[]
  acts: Set<Act>
  zones: Zones
}

type Asking =
  | 'propose'
  | 'counter'
  | 'confirm'
  | 'reschedule'
  | 'cancel'
  | 'cancelDemo'
  | 'outcome'
  | 'feedback'

const WAYS = ['propose', 'counter', 'confirm', 'reschedule'] as const

/** What waits, for whom, and what can be done about it. */
export function NextStep({ found, sides, acts, zones }: Props) {
  const { t } = useTranslation('introductions')
  const [asking, setAsking] = useState<Asking>()
  const [send, isSending] = useAct(SendIntroduction)
  const [remind, isReminding] = useAct(TriggerFollowUp)
  const [update, isUpdating] = useAct(UpdateIntroduction)
  const tell = useTelling()
  const { id, version } = found
  const isMine = isTurnOf(sides, found.stage, found.transitions)
  const step = async (stage: 'RESPONDED' | 'CLOSED') =>
    tell(await update({ input: { id, version, stage } }), t(`done.${stage}`))
  const close = () => setAsking(undefined)
  return (
    <Card className={isMine ? 'border-brand/60' : undefined}>
      <p className="flex items-center gap-2 text-[13px] font-semibold text-link">
        {isMine && <Icon name="flag" className="size-4" />}
        {isMine ? t('yourTurn') : <Waiting found={found} />}
      </p>
      <h2 className="mt-1 text-lg font-semibold">{t(`next.${found.stage}.title`)}</h2>
      <p className="mt-1 max-w-[62ch] text-soft">
        {found.stage === 'CANCELLED' && found.cancelReason
          ? found.cancelReason
          : t(`next.${found.stage}.text`)}
      </p>
      {acts.size > 0 && (
        <div className="mt-4 flex flex-wrap gap-2">
          {acts.has('send') && (
            <Button
              look="first"
              isBusy={isSending}
              onClick={async () => tell(await send({ input: { id } }), t('done.sent'))}
            >
              <Icon name="out" className="size-4" />
              {t('act.send')}
            </Button>
          )}
          {WAYS.filter((way) => acts.has(way)).map((way) => (
            <Button
              key={way}
              look={way === 'propose' && isMine && found.stage !== 'TIMES_PROPOSED' ? 'first' : 'plain'}
              onClick={() => setAsking(way)}
            >
              <Icon name="calendar" className="size-4" />
              {t(`act.${way}`)}
            </Button>
          ))}
          {acts.has('answer') && (
            <Button isBusy={isUpdating} onClick={() => step('RESPONDED')}>
              {t('act.answer')}
            </Button>
          )}
          {acts.has('remind') && (
            <Button
              isBusy={isReminding}
              onClick={async () => tell(await remind({ input: { id } }), t('done.reminded'))}
            >
              <Icon name="bell" className="size-4" />
              {t('act.remind')}
            </Button>
          )}
          {acts.has('feedback') && (
            <Button look="first" onClick={() => setAsking('feedback')}>
              <Icon name="star" className="size-4" />
              {t('act.feedback')}
            </Button>
          )}
          {acts.has('outcome') && (
            <Button onClick={() => setAsking('outcome')}>
              {found.showStatus ? t('act.changeOutcome') : t('act.outcome')}
            </Button>
          )}
          {acts.has('close') && (
            <Button look="quiet" isBusy={isUpdating} onClick={() => step('CLOSED')}>
              {t('act.close')}
            </Button>
          )}
          {(acts.has('cancel') || acts.has('cancelDemo')) && (
            <Button look="quiet" onClick={() => setAsking(acts.has('cancel') ? 'cancel' : 'cancelDemo')}>
              {acts.has('cancel') ? t('act.cancel') : t('act.cancelDemo')}
            </Button>
          )}
        </div>
      )}
      {WAYS.map((way) => (
        <TimesDialog
          key={way}
          way={way}
          found={found}
          zones={zones}
          isOpen={asking === way}
          onClose={close}
        />
      ))}
      <CancelDialog
        id={id}
        isDemo={asking === 'cancelDemo'}
        isOpen={asking === 'cancel' || asking === 'cancelDemo'}
        onClose={close}
      />
      <OutcomeDialog found={found} isOpen={asking === 'outcome'} onClose={close} />
      <FeedbackDialog found={found} sides={sides} isOpen={asking === 'feedback'} onClose={close} />
    </Card>
  )
}

function Waiting({ found }: { found: Found }) {
  const { t } = useTranslation('introductions')
  const turn = turnOf(found.stage, found.transitions)
  if (turn.length === 0) return <span className="text-soft">{t('nobody')}</span>
  const name =
    turn.length > 1 ? undefined : turn[0] === 'PARTNER' ? found.partner?.name : found.contractor?.name
  return <span className="text-soft">{name ? t('waitsFor', { name }) : t('waitsForBoth')}</span>
}
