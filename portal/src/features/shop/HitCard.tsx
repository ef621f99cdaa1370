import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DiscoverQuery } from '@/api/generated/discover'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Icon } from '@/ui/Icon'
import { Cover } from './Cover'
import { partyOf, type Wanted } from './filters'
import { type useInterest, useSight } from './interest'
import { PriceLook } from './PriceLook'

export type Hit = DiscoverQuery['searchPackages']['nodes'][number]

interface Props {
  hit: Hit
  wanted: Wanted
  interest: ReturnType<typeof useInterest>
}

/** One package among those found: what it is, whose, what it costs you, and why, if you ask. */
export function HitCard({ hit, wanted, interest }: Props) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const { money, language, list } = useFormats()
  const [isLooking, setLooking] = useState(false)
  const element = useSight<HTMLLIElement>(() => interest.seen(hit))
  const { adults, children, elderly } = partyOf(wanted)
  return (
    <li
      ref={element}
      className="relative flex flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card transition-colors focus-within:border-soft hover:border-soft"
    >
      <Cover kinds={hit.kinds} className="h-28" />
      <div className="absolute top-3 left-3 flex flex-wrap gap-1.5">
        {hit.isSponsored && <Badge tone="warn">{words('sponsored')}</Badge>}
        {hit.isVerified && (
          <Badge tone="good">
            <Icon name="shield" className="size-3.5" />
            {words('verified')}
          </Badge>
        )}
      </div>
      <div className="flex flex-1 flex-col gap-2 p-4">
        <div>
          <h3 className="text-[16px] font-semibold">
            <Link
              to="/packages/$id"
              params={{ id: hit.packageId }}
              search={{ date: wanted.from, adults, children, elderly }}
              onClick={() => interest.opened(hit)}
              className="after:absolute after:inset-x-0 after:top-0 after:h-28 hover:text-link"
            >
              {hit.name}
            </Link>
          </h3>
          <p className="text-[14px] text-soft">{words('by', { partner: hit.partnerName })}</p>
        </div>
        <p className="text-[13px] text-soft">
          {list(hit.kinds.map((kind) => words(`kind.${kind}`)))}
          {hit.languages.length > 0 && ` · ${list(hit.languages.map(language))}`}
        </p>
        <div className="mt-auto pt-2">
          {hit.price ? (
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-[20px] font-bold tabular-nums">{money(hit.price)}</span>
              <span className="text-[13px] text-soft">{t('discover.forParty')}</span>
            </p>
          ) : (
            <p className="text-soft">{t('discover.noPrice')}</p>
          )}
          {hit.priceFrom && (
            <p className="text-[13px] text-soft">
              {t('discover.fromPrice', { amount: money(hit.priceFrom) })}
            </p>
          )}
        </div>
        <button
          type="button"
          aria-expanded={isLooking}
          onClick={() => setLooking(!isLooking)}
          className="-mx-1 flex items-center justify-between rounded-control px-1 py-1.5 text-left text-[14px] font-semibold text-link"
        >
          {t('discover.look')}
          <Icon name="down" className={isLooking ? 'size-4 rotate-180' : 'size-4'} />
        </button>
        {isLooking && <PriceLook packageId={hit.packageId} wanted={wanted} />}
      </div>
    </li>
  )
}
