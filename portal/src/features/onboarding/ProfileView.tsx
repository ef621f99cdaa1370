import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Profile as ProfileDocument, type ProfileQuery } from '@/api/generated/profile'
import { useRead } from '@/api/hooks'
import { usePartner } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { Parts } from './Parts'
import { ProfileForm } from './ProfileForm'

export type Profile = Extract<NonNullable<ProfileQuery['node']>, { __typename: 'Partner' }>

/** What a partner says of itself. */
export function ProfileView() {
  const { t } = useTranslation('onboarding')
  const { id: partnerId } = usePartner()
  const read = useRead(ProfileDocument, { partnerId })
  return (
    <Page title={t('profile.title')} lead={t('profile.lead')}>
      <Parts />
      <Answer read={read}>
        {({ node }) => (node?.__typename === 'Partner' ? <ProfileForm profile={node} /> : null)}
      </Answer>
    </Page>
  )
}
