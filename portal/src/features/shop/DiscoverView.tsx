import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Discover } from '@/api/generated/discover'
import { Sponsored } from '@/api/generated/sponsored'
import { useRead } from '@/api/hooks'
import { Button } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty, Skeleton } from '@/ui/States'
import { Bundles } from './Bundles'
import { Facets } from './Facets'
import { countOfFilters, filterOf, type Wanted, wantedOf } from './filters'
import { HitCard } from './HitCard'
import { useInterest } from './interest'
import { SearchBar } from './SearchBar'
import { visitor } from './visitor'

const PAGE = 12
const MOST = 48

/** What anybody may buy, by what one looks for; all of it stands in the address. */
export function DiscoverView() {
  const { t } = useTranslation('shop')
  const go = useNavigate()
  const wanted = wantedOf(useSearch({ strict: false }))
  const [shown, setShown] = useState(PAGE)
  const filter = filterOf(wanted)
  const read = useRead(Discover, { filter, sort: wanted.sort ?? 'RELEVANCE', limit: shown, after: null })
  const sponsored = useRead(Sponsored, { filter, visitor: visitor() }).data?.sponsoredPackages ?? []
  const interest = useInterest()

  function want(next: Wanted) {
    setShown(PAGE)
    void go({ to: '/discover', search: wantedOf({ ...next }), replace: true })
  }

  return (
    <Page title={t('discover.title')} lead={t('discover.lead')}>
      <SearchBar key={JSON.stringify(wanted)} wanted={wanted} onWant={want} />
      <div className="mt-6 grid gap-6 lg:grid-cols-[250px_1fr]">
        <Facets wanted={wanted} onWant={want} />
        <div className="min-w-0">
          <Answer read={read} skeleton={<CardSkeletons label={t('discover.search')} />}>
            {({ searchPackages: found }) => {
              const paid = new Set(sponsored.map((hit) => hit.packageId))
              const hits = [...sponsored, ...found.nodes.filter((hit) => !paid.has(hit.packageId))]
              return (
                <>
                  <h2 aria-live="polite" className="mb-3 font-semibold">
                    {t('discover.found', { count: found.totalCount })}
                  </h2>
                  {hits.length === 0 ? (
                    <Empty
                      icon="search"
                      title={t('discover.none')}
                      action={
                        countOfFilters(wanted) > 0 && (
                          <Button look="first" onClick={() => want({})}>
                            {t('discover.clear')}
                          </Button>
                        )
                      }
                    >
                      {t('discover.noneText')}
                    </Empty>
                  ) : (
                    <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
                      {hits.map((hit) => (
                        <HitCard key={hit.packageId} hit={hit} wanted={wanted} interest={interest} />
                      ))}
                    </ul>
                  )}
                  {found.next && shown < MOST && (
                    <MoreButton
                      isBusy={read.isLoading}
                      onClick={() => setShown(Math.min(MOST, shown + PAGE))}
                    />
                  )}
                </>
              )
            }}
          </Answer>
          {wanted.where && <Bundles wanted={wanted} destination={wanted.where} interest={interest} />}
        </div>
      </div>
    </Page>
  )
}

function MoreButton({ isBusy, onClick }: { isBusy: boolean; onClick: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="mt-6 flex justify-center">
      <Button isBusy={isBusy} onClick={onClick}>
        {t('act.more')}
      </Button>
    </div>
  )
}

function CardSkeletons({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-[310px] w-full rounded-card" />
      ))}
    </div>
  )
}
