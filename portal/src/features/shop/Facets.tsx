import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DiscoverFacets } from '@/api/generated/discover-facets'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Checkbox, Select } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Stepper } from '@/ui/Stepper'
import { countOfFilters, filterOf, KINDS, partyOf, SORTS, type Wanted } from './filters'

const TRAVELERS = [
  ['adults', 'ADULT'],
  ['children', 'CHILD'],
  ['elderly', 'ELDERLY'],
] as const

interface Props {
  wanted: Wanted
  onWant: (next: Wanted) => void
}

/** Who travels, and what it must be: with how many there are of each. Folded away where there is no room. */
export function Facets({ wanted, onWant }: Props) {
  const { t } = useTranslation('shop')
  const [isOpen, setOpen] = useState(false)
  const count = countOfFilters(wanted)
  return (
    <aside aria-label={t('discover.filters')}>
      <Button
        className="w-full lg:hidden"
        aria-expanded={isOpen}
        aria-controls="facets"
        onClick={() => setOpen(!isOpen)}
      >
        {t('discover.filters')}
        {count > 0 && <span className="rounded-full bg-brand px-2 text-[12px] text-on-brand">{count}</span>}
        <Icon name="down" className={isOpen ? 'size-4 rotate-180' : 'size-4'} />
      </Button>
      <div
        id="facets"
        className={`${isOpen ? 'mt-3 grid' : 'hidden'} gap-6 rounded-card border border-line bg-surface p-4 shadow-card lg:mt-0 lg:grid`}
      >
        <Party wanted={wanted} onWant={onWant} />
        <Choices wanted={wanted} onWant={onWant} />
        {count > 0 && (
          <Button isSmall look="quiet" onClick={() => onWant({ sort: wanted.sort })}>
            {t('discover.clear')}
          </Button>
        )}
      </div>
    </aside>
  )
}

function Party({ wanted, onWant }: Props) {
  const { t } = useTranslation('selling')
  const party = partyOf(wanted)
  return (
    <div className="grid gap-2.5">
      {TRAVELERS.map(([key, kind]) => (
        <Stepper
          key={key}
          label={t(`travelers.${kind}`)}
          lessLabel={t('less', { what: t(`travelers.${kind}`) })}
          moreLabel={t('more', { what: t(`travelers.${kind}`) })}
          value={party[key]}
          onChange={(value) => onWant({ ...wanted, ...party, [key]: value })}
        />
      ))}
    </div>
  )
}

function Choices({ wanted, onWant }: Props) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const { language, region, number } = useFormats()
  const facets = useRead(DiscoverFacets, { filter: filterOf(wanted) }).data?.searchFacets
  const chosen = wanted.kinds ?? []
  const languages = facets?.languages.map((each) => each.value) ?? []
  const known = wanted.lang && !languages.includes(wanted.lang) ? [wanted.lang, ...languages] : languages
  const countries = facets?.regions.filter((each) => /^[A-Z]{2}$/.test(each.value)) ?? []
  return (
    <>
      <Checkbox
        label={t('discover.verifiedOnly')}
        hint={t('discover.verifiedHint')}
        checked={wanted.verified ?? false}
        onChange={(event) => onWant({ ...wanted, verified: event.target.checked || undefined })}
      />
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-[13px] font-semibold">{t('discover.kinds')}</legend>
        {KINDS.map((kind) => {
          const count = facets?.kinds.find((each) => each.value === kind)?.count ?? 0
          return (
            <div key={kind} className="flex items-start justify-between gap-2">
              <Checkbox
                label={words(`kind.${kind}`)}
                checked={chosen.includes(kind)}
                onChange={(event) =>
                  onWant({
                    ...wanted,
                    kinds: event.target.checked ? [...chosen, kind] : chosen.filter((each) => each !== kind),
                  })
                }
              />
              <span className="text-[13px] text-soft tabular-nums">{facets && number(count)}</span>
            </div>
          )
        })}
      </fieldset>
      {countries.length > 1 && (
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="mb-2 text-[13px] font-semibold">{t('discover.region')}</legend>
          {countries.slice(0, 8).map((each) => (
            <Button
              key={each.value}
              isSmall
              aria-pressed={wanted.where === each.value}
              onClick={() =>
                onWant({ ...wanted, where: wanted.where === each.value ? undefined : each.value })
              }
            >
              {region(each.value)} {number(each.count)}
            </Button>
          ))}
        </fieldset>
      )}
      <Select
        label={t('discover.language')}
        value={wanted.lang ?? ''}
        onChange={(event) => onWant({ ...wanted, lang: event.target.value || undefined })}
        options={[
          { value: '', label: t('discover.anyLanguage') },
          ...known.map((value) => ({ value, label: language(value) })),
        ]}
      />
      <Select
        label={t('discover.sort')}
        value={wanted.sort ?? 'RELEVANCE'}
        onChange={(event) => onWant({ ...wanted, sort: SORTS.find((sort) => sort === event.target.value) })}
        options={SORTS.map((sort) => ({ value: sort, label: t(`discover.sorts.${sort}`) }))}
      />
    </>
  )
}
