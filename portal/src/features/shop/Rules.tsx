import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { ofMinor } from '@/i18n/minor'
import { conditionsOfDiscount, conditionsOfPrice, type Shown, worthOfDiscount } from './rules'

/** What it costs whom, and when. */
export function Prices({ shown }: { shown: Shown }) {
  const { t } = useTranslation('selling')
  const shop = useTranslation('shop').t
  const formats = useFormats()
  return (
    <ul className="grid gap-3">
      {shown.priceRules.map((rule) => {
        const amount = formats.money(ofMinor(rule.amountMinor, shown.currency))
        const who = rule.customerTypes.map((kind) => t(`travelers.${kind}`))
        const notes = [
          who.length > 0 ? formats.list(who) : shop('package.forAll'),
          ...conditionsOfPrice(rule, t, formats),
        ]
        return (
          <Rule
            key={rule.code}
            name={rule.label}
            note={notes.join(' · ')}
            worth={rule.effect === 'ADD' ? t('rule.adds', { amount }) : amount}
          />
        )
      })}
    </ul>
  )
}

/** What is taken off, and when. */
export function Discounts({ shown }: { shown: Shown }) {
  const { t } = useTranslation('selling')
  const formats = useFormats()
  return (
    <ul className="grid gap-3">
      {shown.discountRules.map((rule) => (
        <Rule
          key={rule.code}
          name={rule.label}
          note={conditionsOfDiscount(rule, t, formats).join(' · ')}
          worth={worthOfDiscount(rule, shown.currency, t, formats)}
          isOff
        />
      ))}
    </ul>
  )
}

function Rule({ name, note, worth, isOff }: { name: string; note: string; worth: string; isOff?: boolean }) {
  return (
    <li className="flex items-baseline justify-between gap-4">
      <span>
        <span className="font-medium">{name}</span>
        {note && <span className="block text-[13px] text-soft">{note}</span>}
      </span>
      <span className={`font-semibold tabular-nums whitespace-nowrap ${isOff ? 'text-good' : ''}`}>
        {worth}
      </span>
    </li>
  )
}
