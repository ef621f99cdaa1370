import { wholeOf } from '@/i18n/minor'
import type { Content, DiscountDraft, Draft } from './draft'

const RANKS_APART = 10

const wholeNumber = (text: string) => (text.trim() ? Number.parseInt(text, 10) : null)
const decimal = (text: string) => text.trim().replace(',', '.')
const tokens = (text: string) =>
  text
    .split(/[\s,;]+/)
    .map((each) => each.trim())
    .filter(Boolean)

function texts(all: Record<string, string>) {
  return Object.entries(all)
    .map(([locale, text]) => ({ locale, text: text.trim() }))
    .filter(({ text }) => text)
}

/** A code out of a name, unlike all taken: `Child and senior` is `CHILD_AND_SENIOR`. */
export function codeOf(label: string, taken: ReadonlySet<string>): string {
  const plain = label.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase()
  const base =
    plain
      .replace(/[^A-Z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 60) || 'RULE'
  for (let number = 1; ; number += 1) {
    const code = number === 1 ? base : `${base}_${number}`
    if (!taken.has(code)) return code
  }
}

/** Give each that has no code yet one out of its name; codes that are there stay. */
function withCodes<Rule extends { code: string; label: string }>(rules: readonly Rule[]): Rule[] {
  const taken = new Set(rules.map((rule) => rule.code).filter(Boolean))
  return rules.map((rule) => {
    const code = rule.code || codeOf(rule.label, taken)
    taken.add(code)
    return { ...rule, code }
  })
}

function discountInput(rule: DiscountDraft) {
  const least = Object.entries(rule.least).flatMap(([customerType, text]) => {
    const count = wholeNumber(text)
    return count ? [{ customerType: customerType as keyof DiscountDraft['least'], least: count }] : []
  })
  return {
    code: rule.code,
    label: rule.label.trim(),
    kind: rule.kind,
    ...(rule.kind === 'PERCENT' ? { percent: decimal(rule.value) } : { amount: decimal(rule.value) }),
    minLeadDays: wholeNumber(rule.minLeadDays),
    maxLeadDays: wholeNumber(rule.maxLeadDays),
    minTravelers: wholeNumber(rule.minTravelers),
    maxTravelers: wholeNumber(rule.maxTravelers),
    leastTravelers: least,
    startsOn: rule.startsOn || null,
    endsOn: rule.endsOn || null,
    weekdays: rule.weekdays,
    itemKinds: rule.itemKinds,
    isFinal: rule.isFinal,
  }
}

/** A form as the graph takes it. Only for one without problems. */
export function contentOf(draft: Draft): Content {
  return {
    currency: draft.currency,
    isDated: draft.isDated,
    soldFrom: draft.soldFrom || null,
    soldUntil: draft.soldUntil || null,
    names: texts(draft.names),
    descriptions: texts(draft.descriptions),
    languages: tokens(draft.languages),
    regions: tokens(draft.regions).map((each) => each.toUpperCase()),
    imageIds: draft.imageIds,
    items: draft.items.map((item) => ({
      kind: item.kind,
      functionCode: item.functionCode.trim(),
      label: item.label.trim(),
      quantity: wholeNumber(item.quantity) ?? 1,
      shareWeight: wholeNumber(item.shareWeight) ?? 1,
      supplierId: item.supplier?.id ?? null,
      componentId: item.component?.id ?? null,
    })),
    priceRules: withCodes(draft.prices).map((rule, index) => ({
      code: rule.code,
      label: rule.label.trim(),
      effect: rule.effect,
      amount: decimal(rule.amount),
      rank: (index + 1) * RANKS_APART,
      customerTypes: rule.customerTypes,
      weekdays: rule.weekdays,
      startsOn: rule.startsOn || null,
      endsOn: rule.endsOn || null,
      isFinal: rule.isFinal,
    })),
    discountRules: withCodes(draft.discounts).map(discountInput),
    cancellationPolicy: draft.tiers.map((tier) => ({
      daysBefore: wholeNumber(tier.daysBefore) ?? 0,
      refundBps: wholeOf(tier.percent, 2) ?? 0,
    })),
  }
}
