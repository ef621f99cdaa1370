import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { PackagePage } from '@/api/generated/package-page'
import { useRead } from '@/api/hooks'
import { useFormats } from '@/i18n/format'
import { PriceLines } from '@/ui/PriceLines'
import { SkeletonRows } from '@/ui/States'
import { partyOf, type Wanted } from './filters'
import { linesOf } from './lines'
import { Policy } from './Policy'
import { usePrice } from './price'
import { worthOfDiscount } from './rules'

/** The price of a hit for who travels, line by line, with what may be taken off and what comes back. */
export function PriceLook({ packageId, wanted }: { packageId: string; wanted: Wanted }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const formats = useFormats()
  const read = useRead(PackagePage, { id: packageId, date: null })
  const { adults, children, elderly } = partyOf(wanted)
  const found = read.data?.package
  const price = usePrice(
    found && {
      packageId,
      date: found.isDated ? (wanted.from ?? null) : null,
      party: { ADULT: adults, CHILD: children, ELDERLY: elderly },
    },
  )
  const skeleton = <SkeletonRows label={t('discover.looking')} rows={3} />
  return (
    <Answer read={read} skeleton={skeleton}>
      {({ package: shown }) =>
        shown && (
          <div className="grid gap-3.5 border-t border-line pt-3">
            {price.quote && (
              <PriceLines
                lines={linesOf(price.quote, words, formats)}
                total={{ label: words('total'), amount: formats.money(price.quote.total) }}
              />
            )}
            {price.refusal && <p className="text-[14px] text-warn">{price.refusal.message}</p>}
            {shown.discountRules.length > 0 && (
              <div>
                <p className="text-[13px] font-semibold">{t('discover.discounts')}</p>
                <ul className="text-[13px] text-soft">
                  {shown.discountRules.map((rule) => (
                    <li key={rule.code}>
                      {rule.label}: {worthOfDiscount(rule, shown.currency, words, formats)}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <div>
              <p className="text-[13px] font-semibold">{words('policy.title')}</p>
              <Policy tiers={shown.cancellationPolicy} isSmall />
            </div>
          </div>
        )
      }
    </Answer>
  )
}
