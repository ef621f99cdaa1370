import type { PackagingQuery } from '@/api/generated/packaging'
import type {
  CustomerType,
  DiscountKind,
  ItemKind,
  RuleEffect,
  UpdatePackageDraftInput,
} from '@/api/generated/update-package-draft'
import { decimalOf, ofMinor } from '@/i18n/minor'

export type Packaged = NonNullable<PackagingQuery['package']>

export interface ItemDraft {
  key: string
  kind: ItemKind
  functionCode: string
  label: string
  quantity: string
  shareWeight: string
  supplier: { id: string; name: string } | null
  component: { id: string; name: string } | null
}

export interface PriceDraft {
  key: string
  code: string
  label: string
  effect: RuleEffect
  amount: string
  customerTypes: CustomerType[]
  weekdays: number[]
  startsOn: string
  endsOn: string
  isFinal: boolean
}

export interface DiscountDraft {
  key: string
  code: string
  label: string
  kind: DiscountKind
  value: string
  minLeadDays: string
  maxLeadDays: string
  minTravelers: string
  maxTravelers: string
  least: Record<CustomerType, string>
  startsOn: string
  endsOn: string
  weekdays: number[]
  itemKinds: ItemKind[]
  isFinal: boolean
}

export interface TierDraft {
  key: string
  daysBefore: string
  percent: string
}

/** A package as it is being written: all of it text, as it stands in the form. */
export interface Draft {
  sku: string
  currency: string
  timeZone: string
  isDated: boolean
  soldFrom: string
  soldUntil: string
  names: Record<string, string>
  descriptions: Record<string, string>
  languages: string
  regions: string
  imageIds: string[]
  items: ItemDraft[]
  prices: PriceDraft[]
  discounts: DiscountDraft[]
  tiers: TierDraft[]
}

const NOBODY = { ADULT: '', CHILD: '', ELDERLY: '' }
export const newKey = () => crypto.randomUUID()

export function newItem(): ItemDraft {
  return {
    key: newKey(),
    kind: 'TOUR',
    functionCode: '',
    label: '',
    quantity: '1',
    shareWeight: '1',
    supplier: null,
    component: null,
  }
}

export function newPrice(): PriceDraft {
  return {
    key: newKey(),
    code: '',
    label: '',
    effect: 'SET',
    amount: '',
    customerTypes: [],
    weekdays: [],
    startsOn: '',
    endsOn: '',
    isFinal: false,
  }
}

export function newDiscount(): DiscountDraft {
  return {
    key: newKey(),
    code: '',
    label: '',
    kind: 'PERCENT',
    value: '',
    minLeadDays: '',
    maxLeadDays: '',
    minTravelers: '',
    maxTravelers: '',
    least: NOBODY,
    startsOn: '',
    endsOn: '',
    weekdays: [],
    itemKinds: [],
    isFinal: false,
  }
}

export function newDraft(timeZone: string): Draft {
  return {
    sku: '',
    currency: 'EUR',
    timeZone,
    isDated: true,
    soldFrom: '',
    soldUntil: '',
    names: {},
    descriptions: {},
    languages: '',
    regions: '',
    imageIds: [],
    items: [newItem()],
    prices: [newPrice()],
    discounts: [],
    tiers: [{ key: newKey(), daysBefore: '14', percent: '100' }],
  }
}

/** Percent of basis points, without zeros nobody types: 1050 is `10.5`. */
export function percentOf(bps: number): string {
  return decimalOf(bps, 2).replace(/\.?0+$/, '')
}

const textOf = (value: number | null) => (value === null ? '' : String(value))
const textsOf = (all: readonly { locale: string; text: string }[]) =>
  Object.fromEntries(all.map(({ locale, text }) => [locale, text]))

/** What is there, as a form has it: the newest version, whether it is on sale or not. */
export function draftOf(packaged: Packaged): Draft {
  const { currency } = packaged
  const [version] = packaged.versions.nodes
  if (!version) return { ...newDraft(packaged.timeZone), sku: packaged.productId, currency }
  const ranked = [...version.priceRules].sort((one, other) => one.rank - other.rank)
  return {
    sku: packaged.productId,
    currency,
    timeZone: packaged.timeZone,
    isDated: version.isDated,
    soldFrom: version.soldFrom ?? '',
    soldUntil: version.soldUntil ?? '',
    names: textsOf(version.names),
    descriptions: textsOf(version.descriptions),
    languages: version.languages.join(', '),
    regions: version.regions.join(', '),
    imageIds: version.images.flatMap(({ upload }) => (upload ? [upload.id] : [])),
    items: version.items.map((item) => ({
      key: newKey(),
      kind: item.kind,
      functionCode: item.functionCode,
      label: item.label,
      quantity: String(item.quantity),
      shareWeight: String(item.shareWeight),
      supplier: item.supplier && { id: item.supplier.id, name: item.supplier.name },
      component: item.component && { id: item.component.id, name: item.component.name },
    })),
    prices: ranked.map((rule) => ({
      key: newKey(),
      code: rule.code,
      label: rule.label,
      effect: rule.effect,
      amount: ofMinor(rule.amountMinor, currency).amount,
      customerTypes: [...rule.customerTypes],
      weekdays: [...rule.weekdays],
      startsOn: rule.startsOn ?? '',
      endsOn: rule.endsOn ?? '',
      isFinal: rule.isFinal,
    })),
    discounts: version.discountRules.map((rule) => ({
      key: newKey(),
      code: rule.code,
      label: rule.label,
      kind: rule.kind,
      value:
        rule.kind === 'PERCENT'
          ? percentOf(rule.percentBps ?? 0)
          : ofMinor(rule.amountMinor ?? 0, currency).amount,
      minLeadDays: textOf(rule.minLeadDays),
      maxLeadDays: textOf(rule.maxLeadDays),
      minTravelers: textOf(rule.minTravelers),
      maxTravelers: textOf(rule.maxTravelers),
      least: {
        ...NOBODY,
        ...Object.fromEntries(rule.leastTravelers.map((each) => [each.customerType, String(each.least)])),
      },
      startsOn: rule.startsOn ?? '',
      endsOn: rule.endsOn ?? '',
      weekdays: [...rule.weekdays],
      itemKinds: [...rule.itemKinds],
      isFinal: rule.isFinal,
    })),
    tiers: version.cancellationPolicy.map((tier) => ({
      key: newKey(),
      daysBefore: String(tier.daysBefore),
      percent: percentOf(tier.refundBps),
    })),
  }
}

export type Content = Omit<UpdatePackageDraftInput, 'id' | 'sequence'>
