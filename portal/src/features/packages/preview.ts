import { toMinor, wholeOf } from '@/i18n/minor'
import type { DiscountDraft, Draft, PriceDraft } from './draft'

/** In whole minor units, so that nothing is rounded but where the rules say so. */
export interface Line {
  label: string
  /** For which kind of traveler; null for what is taken off the whole. */
  who: Who | null
  quantity: number
  minor: number
}

export interface Preview {
  lines: Line[]
  total: number
  /** Who has no price on this day. */
  unpriced: Who[]
}

export type Who = 'ADULT' | 'CHILD' | 'ELDERLY'
export type Party = Record<Who, number>

const WHOLE_BPS = 10_000
const DAY_MS = 86_400_000
export const WHO = ['ADULT', 'CHILD', 'ELDERLY'] as const

/** Monday is 1, as ISO counts. */
function weekdayOf(day: string) {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

function isIn(day: string, from: string, to: string, weekdays: readonly number[]) {
  return (
    (!from || from <= day) && (!to || day <= to) && (!weekdays.length || weekdays.includes(weekdayOf(day)))
  )
}

function priced(rules: readonly PriceDraft[], who: Who, day: string, currency: string) {
  const lines: { label: string; minor: number }[] = []
  let running: number | null = null
  for (const rule of rules) {
    const amount = toMinor(rule.amount, currency)
    const isFor = !rule.customerTypes.length || rule.customerTypes.includes(who)
    if (amount === null || !isFor || !isIn(day, rule.startsOn, rule.endsOn, rule.weekdays)) continue
    if (rule.effect === 'ADD' && running === null) continue
    const next: number = rule.effect === 'SET' ? amount : (running ?? 0) + amount
    lines.push({ label: rule.label, minor: next - (running ?? 0) })
    running = next
    if (rule.isFinal) break
  }
  return running === null || running < 0 ? null : lines
}

function isGiven(rule: DiscountDraft, draft: Draft, party: Party, day: string, today: string) {
  const count = (text: string) => wholeOf(text, 0)
  const travelers = party.ADULT + party.CHILD + party.ELDERLY
  const lead = draft.isDated ? (Date.parse(day) - Date.parse(today)) / DAY_MS : null
  const [minLead, maxLead] = [count(rule.minLeadDays), count(rule.maxLeadDays)]
  const isDay = draft.isDated
    ? isIn(day, rule.startsOn, rule.endsOn, rule.weekdays)
    : !rule.startsOn && !rule.endsOn && !rule.weekdays.length
  const isLead =
    lead === null
      ? minLead === null && maxLead === null
      : (minLead === null || minLead <= lead) && (maxLead === null || lead <= maxLead)
  return (
    (count(rule.minTravelers) ?? 0) <= travelers &&
    travelers <= (count(rule.maxTravelers) ?? Number.POSITIVE_INFINITY) &&
    WHO.every((who) => (count(rule.least[who]) ?? 0) <= party[who]) &&
    isDay &&
    isLead &&
    rule.itemKinds.every((kind) => draft.items.some((item) => item.kind === kind))
  )
}

/** What a party would pay for a draft: the rules of the server (domain/pricing, domain/discounts), told again here. */
export function previewOf(draft: Draft, party: Party, day: string, today: string): Preview {
  const lines: Line[] = []
  const unpriced: Who[] = []
  for (const who of WHO.filter((each) => party[each] > 0)) {
    const units = priced(draft.prices, who, day, draft.currency)
    if (!units) unpriced.push(who)
    for (const unit of units ?? [])
      lines.push({ label: unit.label, who, quantity: party[who], minor: unit.minor * party[who] })
  }
  let left = lines.reduce((sum, line) => sum + line.minor, 0)
  for (const rule of draft.discounts) {
    if (left <= 0) break
    if (!isGiven(rule, draft, party, day, today)) continue
    const off =
      rule.kind === 'PERCENT'
        ? Math.floor((left * (wholeOf(rule.value, 2) ?? 0)) / WHOLE_BPS)
        : Math.min(toMinor(rule.value, draft.currency) ?? 0, left)
    if (off > 0) lines.push({ label: rule.label, who: null, quantity: 1, minor: -off })
    left -= off
    if (rule.isFinal) break
  }
  return { lines, total: left, unpriced }
}

/** Which part of the price is whose, by the weights of the items: 0.25 is a quarter. Null is one's own. */
export function sharesOf(draft: Draft): { supplier: { id: string; name: string } | null; part: number }[] {
  const weight = (text: string) => wholeOf(text, 0) ?? 0
  const all = draft.items.reduce((sum, item) => sum + weight(item.shareWeight), 0)
  const byId = new Map<string, { supplier: { id: string; name: string } | null; part: number }>()
  for (const { supplier, shareWeight } of draft.items) {
    const share = byId.get(supplier?.id ?? '') ?? { supplier, part: 0 }
    share.part += all > 0 ? weight(shareWeight) / all : 0
    byId.set(supplier?.id ?? '', share)
  }
  return [...byId.values()].sort((one, other) => other.part - one.part)
}
