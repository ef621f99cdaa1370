import type { TFunction } from 'i18next'
import type { Amount, Formats } from '@/i18n/format'
import type { PriceLine } from '@/ui/PriceLines'

interface Priced {
  lines: readonly {
    kind: 'COUPON' | 'DISCOUNT' | 'PRICE'
    code: string
    label: string
    quantity: number
    customerType: 'ADULT' | 'CHILD' | 'ELDERLY' | null
    amount: Amount
  }[]
}

/** The lines of a quote as a buyer reads them: `2 × Adult`, the rule below where it says something else. */
export function linesOf({ lines }: Priced, t: TFunction<'selling'>, { money }: Formats): PriceLine[] {
  return lines.map((line, index) => {
    const who = line.customerType && t(`traveler.${line.customerType}`)
    return {
      key: `${index}-${line.code}`,
      label: who ? t('times', { count: line.quantity, what: who }) : line.label,
      note: who && line.label !== who ? line.label : undefined,
      amount: money(line.amount),
      isOff: line.kind !== 'PRICE',
    }
  })
}
