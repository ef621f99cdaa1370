import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IntroductionStage } from '@/api/generated/introduction'
import { NoteIntroduction } from '@/api/generated/note-introduction'
import { ResendIntroduction } from '@/api/generated/resend-introduction'
import { TriggerFollowUp } from '@/api/generated/trigger-follow-up'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { OverrideDialog } from './OverrideDialog'
import { deskActsOf } from './queue'
import { ReassignDialog } from './ReassignDialog'
import { TextDialog } from './TextDialog'

interface Props {
  id: string
  stage: IntroductionStage
  contractorId: string | null
  hasTime: boolean
}

/** What staff can do about an introduction. */
export function Acts({ id, stage, contractorId, hasTime }: Props) {
  const { t } = useTranslation('desk')
  const { may } = useStanding()
  const [asking, setAsking] = useState<'reassign' | 'override' | 'note'>()
  const [resend, isResending] = useAct(ResendIntroduction)
  const [nudge, isNudging] = useAct(TriggerFollowUp)
  const [note, isNoting] = useAct(NoteIntroduction)
  const tell = useTelling()
  const acts = deskActsOf(stage)
  const close = () => setAsking(undefined)
  if (!may('MANAGE_INTRODUCTIONS')) return null
  return (
    <>
      {acts.includes('nudge') && (
        <Button
          isSmall
          isBusy={isNudging}
          onClick={async () => tell(await nudge({ input: { id } }), t('nudged'))}
        >
          {t('act.nudge')}
        </Button>
      )}
      {acts.includes('resend') && (
        <Button
          isSmall
          isBusy={isResending}
          onClick={async () => tell(await resend({ input: { id } }), t('resent'))}
        >
          {t('act.resend')}
        </Button>
      )}
      {acts.includes('reassign') && contractorId && (
        <Button isSmall onClick={() => setAsking('reassign')}>
          {t('act.reassign')}
        </Button>
      )}
      <Button isSmall onClick={() => setAsking('override')}>
        {t('act.override')}
      </Button>
      <Button isSmall onClick={() => setAsking('note')}>
        {t('act.note')}
      </Button>
      {contractorId && (
        <ReassignDialog id={id} contractorId={contractorId} isOpen={asking === 'reassign'} onClose={close} />
      )}
      <OverrideDialog
        id={id}
        stage={stage}
        hasTime={hasTime}
        isOpen={asking === 'override'}
        onClose={close}
      />
      <TextDialog
        title={t('act.note')}
        label={t('noteLabel')}
        submit={t('act.note')}
        done={t('noted')}
        isBusy={isNoting}
        isOpen={asking === 'note'}
        onClose={close}
        onSubmit={(text) => note({ input: { id, text } })}
      />
    </>
  )
}
