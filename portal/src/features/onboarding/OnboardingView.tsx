import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Onboarding, type OnboardingQuery } from '@/api/generated/onboarding'
import { OnboardingChanged } from '@/api/generated/onboarding-changed'
import { RequestGoLive } from '@/api/generated/request-go-live'
import { useAct, useLive, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { daysUntil } from './days'
import { Parts } from './Parts'
import { Satisfaction } from './Satisfaction'
import { StageTimeline } from './StageTimeline'
import { placeOf } from './solutions'

export type Case = NonNullable<OnboardingQuery['onboardingCase']>

/** A partner's way to LIVE, as it happens. */
export function OnboardingView() {
  const { t } = useTranslation('onboarding')
  const { id: partnerId } = usePartner()
  const read = useRead(Onboarding, { partnerId })
  useLive(OnboardingChanged, { partnerId })
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Parts />
      <Answer read={read}>
        {({ onboardingCase: found }) =>
          found ? (
            <div className="grid gap-5 lg:grid-cols-[1fr_380px]">
              <StageTimeline found={found} />
              <div className="grid content-start gap-5">
                <Target found={found} />
                <Blockers found={found} partnerId={partnerId} />
                <Satisfaction partnerId={partnerId} />
              </div>
            </div>
          ) : (
            <Card>
              <Empty icon="flag" title={t('none')}>
                {t('noneText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
    </Page>
  )
}

function Target({ found }: { found: Case }) {
  const { t } = useTranslation('onboarding')
  const { date } = useFormats()
  if (found.liveAt) {
    return (
      <Card>
        <p className="flex items-center gap-3 text-lg font-semibold text-good">
          <Icon name="check" />
          {t('liveSince', { date: date(found.liveAt) })}
        </p>
      </Card>
    )
  }
  const days = daysUntil(found.targetAt, Date.now())
  return (
    <Card
      title={t('target')}
      aside={<Badge tone={days < 0 ? 'bad' : days < 4 ? 'warn' : 'good'}>{date(found.targetAt)}</Badge>}
    >
      <p className="text-[26px] font-bold">
        {days < 0 ? t('late', { count: -days }) : t('daysLeft', { count: days })}
      </p>
    </Card>
  )
}

function Blockers({ found, partnerId }: { found: Case; partnerId: string }) {
  const { t } = useTranslation('onboarding')
  const { may } = useStanding()
  const [requestGoLive, isBusy] = useAct(RequestGoLive)
  const tell = useTelling()
  const isReady = found.stage === 'READY_FOR_GO_LIVE' && !found.liveAt
  return (
    <Card title={t('next')}>
      {found.blockers.length === 0 ? (
        <p className="flex items-center gap-2 text-good">
          <Icon name="check" />
          {t('nothing')}
        </p>
      ) : (
        <ul className="grid gap-3.5">
          {found.blockers.map((blocker) => (
            <Obstacle key={blocker.code} blocker={blocker} />
          ))}
        </ul>
      )}
      {isReady && may('MANAGE_PARTNER') && (
        <Button
          look="first"
          className="mt-5 w-full"
          isBusy={isBusy}
          onClick={async () => tell(await requestGoLive({ input: { partnerId } }), t('wentLive'))}
        >
          {t('goLive')}
        </Button>
      )}
    </Card>
  )
}

/** One thing in the way: whose turn it is, what to do, and the way there. */
function Obstacle({ blocker }: { blocker: Case['blockers'][number] }) {
  const { t } = useTranslation('onboarding')
  const place = placeOf(blocker)
  return (
    <li className="grid gap-1.5">
      <span>
        <Badge tone={blocker.actor === 'PARTNER' ? 'brand' : 'info'}>
          {blocker.actor === 'PARTNER' ? t('yours') : t('ours')}
        </Badge>
      </span>
      <span>{blocker.todo}</span>
      {place && (
        <Link {...place} className="inline-flex items-center gap-1 text-[14px] font-semibold text-link">
          {t('solve')}
          <Icon name="right" className="size-4" />
        </Link>
      )}
    </li>
  )
}
