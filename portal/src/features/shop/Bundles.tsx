import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SuggestedBundles, type SuggestedBundlesQuery } from '@/api/generated/suggested-bundles'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Icon } from '@/ui/Icon'
import { KIND_ICONS } from './Cover'
import { filterOf, partyOf, type Wanted } from './filters'
import type { useInterest } from './interest'

type Suggestion = SuggestedBundlesQuery['suggestBundles'][number]

interface Props {
  wanted: Wanted
  destination: string
  interest: ReturnType<typeof useInterest>
}

/** What goes well together where one wants to go, and why. */
export function Bundles({ wanted, destination, interest }: Props) {
  const { t } = useTranslation('shop')
  const { from, to } = filterOf(wanted)
  const { data } = useRead(SuggestedBundles, { destination, from, to, party: partyOf(wanted) })
  const bundles = data?.suggestBundles.filter((each) => each.hits.length > 1) ?? []
  if (bundles.length === 0) return null
  return (
    <section className="mt-10" aria-labelledby="together">
      <h2 id="together" className="text-lg font-semibold">
        {t('discover.together')}
      </h2>
      <p className="mb-4 text-soft">{t('discover.togetherLead')}</p>
      <ul className="grid gap-4 md:grid-cols-2">
        {bundles.map((bundle) => (
          <Bundle
            key={bundle.hits.map((hit) => hit.packageId).join()}
            bundle={bundle}
            wanted={wanted}
            interest={interest}
          />
        ))}
      </ul>
    </section>
  )
}

function Bundle({
  bundle,
  wanted,
  interest,
}: {
  bundle: Suggestion
  wanted: Wanted
  interest: Props['interest']
}) {
  const { t } = useTranslation('shop')
  const { money } = useFormats()
  return (
    <li className="rounded-card border border-line bg-surface p-4 shadow-card">
      <div className="mb-3 flex flex-wrap gap-1.5">
        {bundle.reasons
          .filter((reason) => reason.points > 0)
          .map((reason) => (
            <Badge key={reason.signal} tone="brand">
              {t(`discover.reason.${reason.signal}`)}
            </Badge>
          ))}
      </div>
      <ul className="grid gap-2.5">
        {bundle.hits.map((hit) => (
          <li key={hit.packageId} className="flex items-center gap-3">
            <Icon name={KIND_ICONS[hit.kinds[0] ?? 'TOUR']} className="size-[18px] text-link" />
            <Link
              to="/packages/$id"
              params={{ id: hit.packageId }}
              search={{ date: wanted.from, ...partyOf(wanted) }}
              onClick={() => interest.opened(hit)}
              className="min-w-0 flex-1 font-medium hover:text-link"
            >
              {hit.name}
            </Link>
            {hit.price && <span className="text-soft tabular-nums">{money(hit.price)}</span>}
          </li>
        ))}
      </ul>
    </li>
  )
}
