import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Interventions } from '@/api/generated/interventions'
import { Onboarding } from '@/api/generated/onboarding'
import { VerificationQueue } from '@/api/generated/verification-queue'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { Badge } from '@/ui/Badge'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'

/** What needs one today. */
export function HomeView() {
  const { t } = useTranslation()
  const { partner, me, may } = useStanding()
  // Partners have scopes of the same name; the desk is the staff's.
  const isDesk = !partner && may('MANAGE_ONBOARDING')
  return (
    <Page title={partner?.name ?? t('nav.home')} lead={t('home.lead')}>
      <div className="grid gap-5 lg:grid-cols-2">
        {partner && may('READ_PARTNER') && <WayToLive partnerId={partner.id} />}
        {may('VERIFY_PARTNERS') && <Submissions />}
        {isDesk && <Desk />}
        {!partner && !me.roles.length && (
          <Card>
            <Empty
              icon="building"
              title={t('register.title')}
              action={
                <Link to="/register" className={buttonClasses('first')}>
                  {t('register.submit')}
                </Link>
              }
            >
              {t('register.lead')}
            </Empty>
          </Card>
        )}
      </div>
    </Page>
  )
}

const SHOWN = 50

function Submissions() {
  const { data } = useRead(VerificationQueue, { first: SHOWN })
  return data ? (
    <Waiting name="verification" to="/admin/verification" count={data.verificationQueue.nodes.length} />
  ) : null
}

function Desk() {
  const { data } = useRead(Interventions, { first: SHOWN, isOpen: true })
  return data ? <Waiting name="desk" to="/admin/desk" count={data.interventions.nodes.length} /> : null
}

/** A queue of the staff, and how many are in it. */
function Waiting({
  name,
  to,
  count,
}: {
  name: 'verification' | 'desk'
  to: '/admin/verification' | '/admin/desk'
  count: number
}) {
  const { t } = useTranslation()
  return (
    <Card title={t(`nav.${name}`)} aside={<Open to={to} />}>
      <p className={count ? 'text-lg font-semibold' : 'text-soft'}>
        {count ? t('home.waiting', { count }) : t('home.nothing')}
      </p>
    </Card>
  )
}

function Open({ to }: { to: string }) {
  const { t } = useTranslation()
  return (
    <Link to={to} className="text-[14px] font-semibold text-link">
      {t('act.open')}
    </Link>
  )
}

function WayToLive({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation()
  const { data } = useRead(Onboarding, { partnerId })
  const found = data?.onboardingCase
  if (!found) return null
  const mine = found.blockers.filter((blocker) => blocker.actor === 'PARTNER')
  return (
    <Card title={found.liveAt ? t('home.live') : t('home.toLive')} aside={<Open to="/onboarding" />}>
      {mine.length === 0 ? (
        <p className="text-soft">{t('home.nothing')}</p>
      ) : (
        <ul className="grid gap-2.5">
          {mine.slice(0, 3).map((blocker) => (
            <li key={blocker.code} className="flex items-start gap-2.5">
              <Badge tone="brand">{mine.indexOf(blocker) + 1}</Badge>
              {blocker.todo}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
