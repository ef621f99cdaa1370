import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { OwnPackages, type OwnPackagesQuery } from '@/api/generated/own-packages'
import { useRead } from '@/api/hooks'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Tabs } from '@/ui/Tabs'
import { Consents } from './Consents'

const TABS = ['all', 'PUBLISHED', 'DRAFT', 'ARCHIVED', 'consents'] as const
type Tab = (typeof TABS)[number]
type Own = Extract<OwnPackagesQuery['node'], { __typename: 'Partner' }>['packages']['nodes'][number]

const TONES: Record<Own['status'], Tone> = { DRAFT: 'warn', PUBLISHED: 'good', ARCHIVED: 'plain' }
const PAGE = 20
const MOST = 50

/** What an organization sells, by status, and what it is asked to agree to. */
export function PackagesView() {
  const { t } = useTranslation('packages')
  const { may } = useStanding()
  const go = useNavigate()
  const said: { tab?: unknown } = useSearch({ strict: false })
  const tab: Tab = TABS.find((each) => each === said.tab) ?? 'all'
  return (
    <Page
      title={t('list.title')}
      lead={t('list.lead')}
      actions={
        may('MANAGE_INVENTORY') && (
          <Link to="/packages/new" className={buttonClasses('first')}>
            <Icon name="plus" className="size-4" />
            {t('list.new')}
          </Link>
        )
      }
    >
      <Tabs
        label={t('list.tabs')}
        tabs={TABS.map((key) => ({ key, label: t(`list.tab.${key}`) }))}
        chosen={tab}
        onChoose={(next) => void go({ to: '/packages', search: { tab: next }, replace: true })}
      >
        {tab === 'consents' ? <Consents /> : <Own key={tab} tab={tab} />}
      </Tabs>
    </Page>
  )
}

function Own({ tab }: { tab: Exclude<Tab, 'consents'> }) {
  const { t } = useTranslation('packages')
  const frame = useTranslation().t
  const { id: partnerId } = usePartner()
  const { may } = useStanding()
  const [shown, setShown] = useState(PAGE)
  const status = tab === 'all' ? null : tab
  const read = useRead(OwnPackages, { partnerId, status, limit: shown, after: null })
  return (
    <Answer read={read}>
      {({ node }) => {
        const packages = node && 'packages' in node ? node.packages : { nodes: [], next: null }
        if (packages.nodes.length === 0) {
          return (
            <Card>
              <Empty
                icon="package"
                title={t('list.empty')}
                action={
                  may('MANAGE_INVENTORY') && (
                    <Link to="/packages/new" className={buttonClasses('first')}>
                      {t('list.new')}
                    </Link>
                  )
                }
              >
                {t('list.emptyText')}
              </Empty>
            </Card>
          )
        }
        return (
          <>
            <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
              {packages.nodes.map((each) => (
                <PackageCard key={each.id} own={each} />
              ))}
            </ul>
            {packages.next && shown < MOST && (
              <div className="mt-6 flex justify-center">
                <Button onClick={() => setShown(MOST)}>{frame('act.more')}</Button>
              </div>
            )}
          </>
        )
      }}
    </Answer>
  )
}

function PackageCard({ own }: { own: Own }) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const frame = useTranslation().t
  const { may } = useStanding()
  const { list } = useFormats()
  const waiting = own.consents.nodes.filter((consent) => consent.status === 'REQUESTED').length
  const kinds = [...new Set(own.items.map((item) => item.kind))]
  return (
    <li className="flex flex-col gap-3 rounded-card border border-line bg-surface p-5 shadow-card">
      <div className="flex flex-wrap items-center gap-1.5">
        <Badge tone={TONES[own.status]}>{t(`status.${own.status}`)}</Badge>
        {own.isBundle && <Badge tone="brand">{words('bundle')}</Badge>}
        {waiting > 0 && <Badge tone="warn">{t('list.waiting', { count: waiting })}</Badge>}
      </div>
      <div>
        <h2 className="text-[16px] font-semibold">
          <Link to="/packages/$id" params={{ id: own.id }} className="hover:text-link">
            {own.name}
          </Link>
        </h2>
        <p className="font-mono text-[13px] text-soft">{own.productId}</p>
      </div>
      <p className="text-[14px] text-soft">{list(kinds.map((kind) => words(`kind.${kind}`)))}</p>
      <div className="mt-auto flex flex-wrap items-center justify-between gap-2 border-t border-line pt-3">
        <span className="text-[13px] text-soft">
          {own.version > 0 && t('list.version', { number: own.version })}
          {own.availability && !own.isDated && ` · ${t('list.left', { count: own.availability.available })}`}
        </span>
        {may('MANAGE_INVENTORY') && (
          <Link to="/packages/$id/edit" params={{ id: own.id }} className={buttonClasses('plain', true)}>
            {frame('act.edit')}
          </Link>
        )}
      </div>
    </li>
  )
}
