import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Onboarding } from '@/api/generated/onboarding'
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
  return (
    <Page title={partner?.name ?? t('nav.home')} lead={t('home.lead')}>
      <div className="grid gap-5 lg:grid-cols-2">
        {partner && may('READ_PARTNER') && <WayToLive partnerId={partner.id} />}
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

function WayToLive({ partnerId }: { partnerId: string }) {
  const { t } = useTranslation()
  const { data } = useRead(Onboarding, { partnerId })
  const found = data?.onboardingCase
  if (!found) return null
  const mine = found.blockers.filter((blocker) => blocker.actor === 'PARTNER')
  return (
    <Card
      title={found.liveAt ? t('home.live') : t('home.toLive')}
      aside={
        <Link to="/onboarding" className="text-[14px] font-semibold text-link">
          {t('act.open')}
        </Link>
      }
    >
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
