import type { ItemKind, PackageSearchFilter, SearchSort } from '@/api/generated/discover'

export const KINDS = ['TOUR', 'LODGING', 'TRANSPORT', 'SERVICE', 'EXTRA'] as const satisfies ItemKind[]
export const SORTS = ['RELEVANCE', 'PRICE', 'NEWEST'] as const satisfies SearchSort[]

/** What one looks for, as it stands in the address; what is not there does not matter. */
export interface Wanted {
  text?: string
  where?: string
  from?: string
  to?: string
  adults?: number
  children?: number
  elderly?: number
  lang?: string
  kinds?: ItemKind[]
  verified?: boolean
  sort?: SearchSort
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOST_TRAVELERS = 100

function textOf(value: unknown) {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text || undefined
}

function dayOf(value: unknown) {
  return typeof value === 'string' && DAY.test(value) ? value : undefined
}

function countOf(value: unknown) {
  const count = Number(value)
  return Number.isInteger(count) && count > 0 && count <= MOST_TRAVELERS ? count : undefined
}

function among<Value extends string>(all: readonly Value[], value: unknown): Value | undefined {
  return all.find((each) => each === value)
}

/** Read an address somebody may have written by hand: what makes no sense is left out. */
export function wantedOf(search: Record<string, unknown>): Wanted {
  const kinds = (Array.isArray(search.kinds) ? search.kinds : []).flatMap((kind) => among(KINDS, kind) ?? [])
  const wanted: Wanted = {
    text: textOf(search.text),
    where: textOf(search.where),
    from: dayOf(search.from),
    to: dayOf(search.to),
    adults: countOf(search.adults),
    children: countOf(search.children),
    elderly: countOf(search.elderly),
    lang: textOf(search.lang),
    kinds: kinds.length > 0 ? kinds : undefined,
    verified: search.verified === true || undefined,
    sort: among(SORTS, search.sort),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

/** Who travels; nobody named is one adult. */
export function partyOf({ adults = 0, children = 0, elderly = 0 }: Wanted) {
  return adults + children + elderly > 0
    ? { adults, children, elderly }
    : { adults: 1, children: 0, elderly: 0 }
}

/** The same as the graph wants it. A single day is a time of one day. */
export function filterOf(wanted: Wanted): PackageSearchFilter {
  const { text, where, from, to, lang, kinds, verified } = wanted
  return {
    text: text ?? null,
    destination: where ?? null,
    from: from ?? to ?? null,
    to: to ?? from ?? null,
    language: lang ?? null,
    kinds: kinds ?? null,
    party: partyOf(wanted),
    verifiedOnly: verified ?? false,
  }
}

/** How many filters are set, besides who travels. */
export function countOfFilters({ text, where, from, to, lang, kinds, verified }: Wanted): number {
  return [text, where, from ?? to, lang, kinds, verified].filter((each) => each !== undefined).length
}
