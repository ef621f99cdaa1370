import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Team, type TeamQuery } from '@/api/generated/team'
import { useRead } from '@/api/hooks'
import { usePartner, useStanding } from '@/api/viewer'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Assisted } from './Assisted'
import { Invitations } from './Invitations'
import { Invite } from './Invite'
import { Members } from './Members'

export type TeamPartner = Extract<NonNullable<TeamQuery['node']>, { __typename: 'Partner' }>
export type Member = TeamPartner['members'][number]

/** Who belongs to the organization, who was invited, and who may help. */
export function TeamView() {
  const { t } = useTranslation('team')
  const { id: partnerId } = usePartner()
  const { may } = useStanding()
  const read = useRead(Team, { partnerId })
  const [isInviting, setInviting] = useState(false)
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        may('MANAGE_TEAM') && (
          <Button look="first" onClick={() => setInviting(true)}>
            <Icon name="plus" className="size-4" />
            {t('invite')}
          </Button>
        )
      }
    >
      <Answer read={read}>
        {({ node, onboardingCase }) => (
          <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[1fr_340px]">
            <div className="grid min-w-0 gap-5">
              {node?.__typename === 'Partner' && <Members members={node.members} />}
              {may('MANAGE_TEAM') && <Invitations />}
            </div>
            {onboardingCase && <Assisted found={onboardingCase} />}
          </div>
        )}
      </Answer>
      <Invite isOpen={isInviting} onClose={() => setInviting(false)} />
    </Page>
  )
}
