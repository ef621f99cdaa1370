import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { ofMinor } from '@/i18n/minor'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Meter } from '@/ui/Meter'
import { PriceLines } from '@/ui/PriceLines'
import { Stepper } from '@/ui/Stepper'
import type { Draft } from './draft'
import { type Party, previewOf, sharesOf, WHO } from './preview'

const LEAD_MS = 30 * 86_400_000
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** What a buyer pays for the draft as it stands, and who gets which part of it. */
export function PreviewCard({ draft, partner }: { draft: Draft; partner: { name: string } }) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const { money, percent } = useFormats()
  const [party, setParty] = useState<Party>({ ADULT: 2, CHILD: 1, ELDERLY: 0 })
  const [day, setDay] = useState(() => dayOf(Date.now() + LEAD_MS))
  const today = dayOf(Date.now())
  const preview = previewOf(draft, party, draft.isDated ? day || today : today, today)
  const shares = sharesOf(draft)
  return (
    <Card title={t('preview.title')}>
      <div className="grid gap-4">
        {draft.isDated && (
          <TextField
            label={t('preview.day')}
            type="date"
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        )}
        <div className="grid gap-2">
          {WHO.map((who) => (
            <Stepper
              key={who}
              label={words(`travelers.${who}`)}
              lessLabel={words('less', { what: words(`travelers.${who}`) })}
              moreLabel={words('more', { what: words(`travelers.${who}`) })}
              value={party[who]}
              onChange={(count) => setParty({ ...party, [who]: count })}
            />
          ))}
        </div>
        <PriceLines
          lines={preview.lines.map((line, index) => ({
            key: `${index}-${line.label}`,
            label: line.who
              ? words('times', { count: line.quantity, what: words(`traveler.${line.who}`) })
              : line.label,
            note: line.who ? line.label : undefined,
            amount: money(ofMinor(line.minor, draft.currency)),
            isOff: line.who === null,
          }))}
          total={{ label: words('total'), amount: money(ofMinor(preview.total, draft.currency)) }}
        />
        {preview.unpriced.map((who) => (
          <p key={who} className="text-[14px] text-warn">
            {t('preview.unpriced', { who: words(`travelers.${who}`) })}
          </p>
        ))}
        {shares.length > 1 && (
          <div>
            <h3 className="mb-2 text-[13px] font-semibold">{t('preview.split')}</h3>
            <ul className="grid gap-2.5 text-[14px]">
              {shares.map(({ supplier, part }) => (
                <li key={supplier?.id ?? 'us'} className="grid gap-1">
                  <span className="flex justify-between gap-3">
                    <span className="truncate">{supplier?.name ?? partner.name}</span>
                    <span className="tabular-nums">{percent(part)}</span>
                  </span>
                  <Meter value={part} label={supplier?.name ?? partner.name} />
                </li>
              ))}
            </ul>
          </div>
        )}
        <p className="text-[13px] text-soft">{t('preview.lead')}</p>
      </div>
    </Card>
  )
}
