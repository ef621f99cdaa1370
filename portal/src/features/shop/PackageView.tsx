import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PackagePage } from '@/api/generated/package-page'
import { useRead } from '@/api/hooks'
import { useVisitor } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty, Skeleton } from '@/ui/States'
import { Buying } from './Buying'
import { Gallery } from './Gallery'
import { Inside } from './Inside'
import { Policy } from './Policy'
import { Discounts, Prices } from './Rules'
import { freeUntil, type Shown } from './rules'
import { type Visit, visitOf } from './visit'

/** A package as a buyer sees it, and the way to buy it. */
export function PackageView() {
  const { t } = useTranslation('shop')
  const { id = '' } = useParams({ strict: false })
  const visit = visitOf(useSearch({ strict: false }))
  const read = useRead(PackagePage, { id, date: visit.date ?? null })
  return (
    <Answer read={read} skeleton={<PageSkeleton />}>
      {({ package: shown }) =>
        shown ? (
          <Found shown={shown} visit={visit} />
        ) : (
          <Page title={t('package.notFound')}>
            <Empty
              icon="package"
              title={t('package.notFound')}
              action={
                <Link to="/discover" className={buttonClasses('first')}>
                  {t('package.toDiscover')}
                </Link>
              }
            >
              {t('package.notFoundText')}
            </Empty>
          </Page>
        )
      }
    </Answer>
  )
}

function Found({ shown, visit }: { shown: Shown; visit: Visit }) {
  const { t } = useTranslation('shop')
  const standing = useVisitor()
  const isMine = standing?.me.partners.some((partner) => partner.id === shown.partner?.id)
  return (
    <Page
      title={shown.name}
      lead={<Facts shown={shown} />}
      actions={
        isMine &&
        standing?.may('MANAGE_INVENTORY') && (
          <Link to="/packages/$id/edit" params={{ id: shown.id }} className={buttonClasses()}>
            {t('package.edit')}
          </Link>
        )
      }
    >
      <div className="grid gap-6 lg:grid-cols-[1fr_400px]">
        <div className="grid min-w-0 content-start gap-5">
          <Gallery shown={shown} />
          {shown.description && <p className="max-w-[70ch] text-[17px]">{shown.description}</p>}
        </div>
        <div className="lg:sticky lg:top-20 lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:self-start">
          {shown.status === 'PUBLISHED' ? (
            <Buying shown={shown} visit={visit} />
          ) : (
            <Card>
              <p className="flex items-center gap-2.5 text-warn">
                <Icon name="clock" />
                {shown.status === 'DRAFT' ? t('package.draft') : t('package.archived')}
              </p>
            </Card>
          )}
        </div>
        <div className="grid min-w-0 content-start gap-5 lg:col-start-1">
          <Card title={t('package.inside')}>
            <Inside shown={shown} />
          </Card>
          <div className="grid gap-5 md:grid-cols-2">
            <Card title={t('package.prices')}>
              <Prices shown={shown} />
            </Card>
            {shown.discountRules.length > 0 && (
              <Card title={t('package.discounts')}>
                <Discounts shown={shown} />
              </Card>
            )}
            <Card title={t('package.policy')}>
              <Policy tiers={shown.cancellationPolicy} />
            </Card>
          </div>
        </div>
      </div>
    </Page>
  )
}

/** Who offers it, in what and where, and until when one is free. */
function Facts({ shown }: { shown: Shown }) {
  const { t } = useTranslation('selling')
  const { language, region, list } = useFormats()
  const free = freeUntil(shown.cancellationPolicy)
  const countries = shown.regions.filter((each) => /^[A-Z]{2}$/.test(each))
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      {shown.partner && <span>{t('by', { partner: shown.partner.name })}</span>}
      {shown.partner?.isVerified && (
        <Badge tone="good">
          <Icon name="shield" className="size-3.5" />
          {t('verified')}
        </Badge>
      )}
      {shown.isBundle && <Badge tone="brand">{t('bundle')}</Badge>}
      {free !== null && free > 0 && <Badge tone="info">{t('policy.free', { count: free })}</Badge>}
      {countries.length > 0 && <span>{list(countries.map(region))}</span>}
      {shown.languages.length > 0 && <span>{list(shown.languages.map(language))}</span>}
    </span>
  )
}

function PageSkeleton() {
  const { t } = useTranslation()
  return (
    <div
      role="status"
      aria-label={t('state.loading')}
      className="mx-auto grid w-full max-w-[1240px] gap-6 px-4 py-8 sm:px-6 lg:grid-cols-[1fr_400px] lg:px-8"
    >
      <div className="grid gap-4">
        <Skeleton className="h-9 w-2/3" />
        <Skeleton className="h-64 w-full rounded-card" />
        <Skeleton className="h-40 w-full rounded-card" />
      </div>
      <Skeleton className="h-96 w-full rounded-card" />
    </div>
  )
}
