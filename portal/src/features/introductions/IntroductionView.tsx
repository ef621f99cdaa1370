import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { DemoTimes, type DemoTimesQuery } from '@/api/generated/demo-times'
import { Introduction, type IntroductionQuery } from '@/api/generated/introduction'
import { IntroductionUpdated } from '@/api/generated/introduction-updated'
import { useLive, useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { ownZone } from '@/i18n/week'
import { Badge } from '@/ui/Badge'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { actsOf, type Side } from './acts'
import { Conversation } from './Conversation'
import { Demo } from './Demo'
import { FollowUps } from './FollowUps'
import { History } from './History'
import { NextStep } from './NextStep'
import { Parties } from './Parties'
import { StaffOnly } from './StaffOnly'
import { useSides } from './sides'
import { Times } from './Times'
import { STAGE_TONES } from './tones'

export type Found = NonNullable<IntroductionQuery['introduction']>
export type Slot = DemoTimesQuery['demoSlots']['nodes'][number]

/** One introduction: where it stands, what can be done, and how it came there. */
export function IntroductionView() {
  const { t } = useTranslation('introductions')
  const { id = '' } = useParams({ strict: false })
  const read = useRead(Introduction, { id })
  const found = read.data?.introduction
  useLive(IntroductionUpdated, { id, after: null }, { pause: !found })
  const title = [found?.contractor?.name, found?.partner?.name].filter(Boolean).join(' × ')
  return (
    <Page
      title={title || t('title')}
      lead={
        found && (
          <span aria-live="polite">
            <Badge tone={STAGE_TONES[found.stage]}>{t(`stage.${found.stage}`)}</Badge>
          </span>
        )
      }
      actions={
        <Link to="/introductions" className={buttonClasses('quiet')}>
          <Icon name="left" className="size-4" />
          {t('all')}
        </Link>
      }
    >
      <Answer read={read}>
        {({ introduction }) =>
          introduction ? (
            <One found={introduction} />
          ) : (
            <Card>
              <Empty icon="handshake" title={t('gone')}>
                {t('goneText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
    </Page>
  )
}

function One({ found }: { found: Found }) {
  const { may } = useStanding()
  const { sidesOf, isStaff } = useSides()
  const sides = sidesOf(found)
  const times = useRead(DemoTimes, { introductionId: found.id }, { pause: found.stage === 'DRAFT' })
  const { reload } = times
  // Whatever the other side did, its times may be others now.
  const seen = useRef(found.sequence)
  useEffect(() => {
    if (seen.current !== found.sequence) reload()
    seen.current = found.sequence
  }, [found.sequence, reload])
  const slots = times.data?.demoSlots.nodes ?? []
  const acts = actsOf(found, sides, Date.now())
  const zones = zonesOf(found, sides, slots)
  const hasTimes = slots.length > 0 && found.stage !== 'CANCELLED'
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_360px]">
      <div className="grid content-start gap-5">
        <NextStep found={found} sides={sides} acts={acts} zones={zones} />
        {found.scheduledAt && ['CONFIRMED', 'HELD', 'CLOSED'].includes(found.stage) && (
          <Demo
            found={found}
            arrangement={times.data?.demoArrangement ?? null}
            zones={zones}
            onStale={reload}
          />
        )}
        {hasTimes && <Times slots={slots} sides={sides} acts={acts} zones={zones} />}
        <Conversation found={found} />
        {isStaff && <StaffOnly id={found.id} />}
      </div>
      <div className="grid content-start gap-5">
        <Parties found={found} sides={sides} />
        <History found={found} />
        {may('READ_INTRODUCTIONS') && found.introductionSentAt && <FollowUps id={found.id} />}
      </div>
    </div>
  )
}

export interface Zones {
  own: string
  others: string[]
}

/** On whose clocks times are shown: one's own, and the other side's as far as it is known. */
function zonesOf(found: Found, sides: readonly Side[], slots: readonly Slot[]): Zones {
  const theirs = found.contractor?.timeZone
  const proposed = slots.filter((slot) => slot.side === 'PARTNER').map((slot) => slot.timeZone)
  if (sides.includes('CONTRACTOR') && theirs) return { own: theirs, others: proposed }
  return { own: ownZone(), others: [...(theirs ? [theirs] : []), ...proposed] }
}
