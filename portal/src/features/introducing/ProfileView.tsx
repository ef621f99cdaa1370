import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { IntroductionProfile, type IntroductionProfileQuery } from '@/api/generated/introduction-profile'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Tabs } from '@/ui/Tabs'
import { Accepting } from './Accepting'
import { HoursForm } from './HoursForm'
import { Mails } from './Mails'
import { ProfileForm } from './ProfileForm'
import { Results } from './Results'

export type Profile = NonNullable<
  NonNullable<IntroductionProfileQuery['viewer']['partner']>['introductionProfile']
>
export type Stats = NonNullable<IntroductionProfileQuery['bookingStats']>
export type Hours = NonNullable<IntroductionProfileQuery['meetingHours']>

const TABS = ['profile', 'hours', 'mails', 'results'] as const
type Tab = (typeof TABS)[number]

/** What a partner is introduced for, when it meets, what it writes, and how it has done. */
export function ProfileView() {
  const { t } = useTranslation('introducing')
  const { partner, may } = useStanding()
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Link to="/introductions" className={buttonClasses('quiet')}>
          <Icon name="left" className="size-4" />
          {t('back')}
        </Link>
      }
    >
      {partner && may('READ_INTRODUCTIONS') ? (
        <OfPartner key={partner.id} partnerId={partner.id} />
      ) : (
        <Card>
          <Empty icon="handshake" title={t('notYours')}>
            {t('notYoursText')}
          </Empty>
        </Card>
      )}
    </Page>
  )
}

function OfPartner({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation('introducing')
  const { tab = 'profile' }: { tab?: Tab } = useSearch({ strict: false })
  const go = useNavigate()
  const read = useRead(IntroductionProfile, { partnerId })
  return (
    <Answer read={read}>
      {({ viewer: { partner }, meetingHours, bookingStats }) => {
        const profile = partner?.introductionProfile ?? null
        const tabs = profile ? TABS : (['profile'] as const)
        return (
          <>
            {profile && <Accepting profile={profile} partnerId={partnerId} onDone={read.reload} />}
            <Tabs<Tab>
              label={t('title')}
              tabs={tabs.map((key) => ({ key, label: t(`tab.${key}`) }))}
              chosen={profile ? tab : 'profile'}
              onChoose={(key) =>
                void go({
                  to: '/introductions/profile',
                  search: (key === 'profile' ? {} : { tab: key }) as never,
                  replace: true,
                })
              }
            >
              {(!profile || tab === 'profile') && (
                <ProfileForm
                  key={profile?.version ?? 0}
                  profile={profile}
                  partnerId={partnerId}
                  onDone={read.reload}
                />
              )}
              {profile && tab === 'hours' && (
                <HoursForm
                  key={meetingHours?.updatedAt}
                  hours={meetingHours}
                  zone={profile.timeZone}
                  partnerId={partnerId}
                />
              )}
              {profile && tab === 'mails' && (
                <Mails partnerId={partnerId} locale={partner?.locale ?? 'en'} profile={profile} />
              )}
              {profile && tab === 'results' && bookingStats && <Results stats={bookingStats} />}
            </Tabs>
          </>
        )
      }}
    </Answer>
  )
}
