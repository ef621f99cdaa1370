import { useOptimistic, useTransition } from 'react'
import { useTranslation } from 'react-i18next'
import { SetAssistedMode } from '@/api/generated/set-assisted-mode'
import type { TeamQuery } from '@/api/generated/team'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { Card } from '@/ui/Card'
import { Checkbox } from '@/ui/Field'

/** Whether the account manager may act on the partner's behalf; switched at once, and back where it is refused. */
export function Assisted({ found }: { found: NonNullable<TeamQuery['onboardingCase']> }) {
  const { t } = useTranslation('team')
  const { id: partnerId } = usePartner()
  const { may } = useStanding()
  const [set] = useAct(SetAssistedMode)
  const tell = useTelling()
  const [isAssisted, showAssisted] = useOptimistic(found.isAssisted)
  const [, begin] = useTransition()

  function change(next: boolean) {
    begin(async () => {
      showAssisted(next)
      tell(await set({ input: { partnerId, isAssisted: next } }))
    })
  }

  const manager = found.accountManager
  return (
    <Card title={t('assisted.title')}>
      <p className="mb-4 text-[14px] text-soft">
        {manager ? t('assisted.manager', { name: manager.name || manager.email }) : t('assisted.nobody')}
      </p>
      <Checkbox
        label={t('assisted.label')}
        hint={t('assisted.hint')}
        checked={isAssisted}
        disabled={!may('MANAGE_TEAM')}
        onChange={(event) => change(event.target.checked)}
      />
    </Card>
  )
}
