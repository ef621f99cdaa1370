import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Checkbox, Select, TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import type { Part } from './Builder'
import { newPrice, type PriceDraft } from './draft'
import { WHO } from './preview'
import { Chips, Row } from './Row'
import { changedIn, movedUp, without } from './rows'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]

/** The price table, in the order it is applied. */
export function Prices({ part }: { part: Part }) {
  const { t } = useTranslation('packages')
  const { draft, onChange, wrongAt } = part
  return (
    <Card title={t('prices.title')}>
      <div className="grid gap-4">
        <p className="text-[14px] text-soft">{t('prices.lead')}</p>
        {wrongAt('prices') && <p className="text-bad">{wrongAt('prices')}</p>}
        <ul className="grid gap-4">
          {draft.prices.map((rule, index) => (
            <Price key={rule.key} rule={rule} part={part} isFirst={index === 0} />
          ))}
        </ul>
        <Button
          isSmall
          className="justify-self-start"
          onClick={() => onChange({ prices: [...draft.prices, newPrice()] })}
        >
          <Icon name="plus" className="size-4" />
          {t('prices.add')}
        </Button>
      </div>
    </Card>
  )
}

function Price({
  rule,
  part: { draft, onChange, wrongAt },
  isFirst,
}: {
  rule: PriceDraft
  part: Part
  isFirst: boolean
}) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const { weekday } = useFormats()
  const at = `prices.${rule.key}`
  const name = rule.label || t('prices.label')
  const change = (next: Partial<PriceDraft>) => onChange({ prices: changedIn(draft.prices, rule.key, next) })
  return (
    <Row
      removeLabel={t('items.remove', { name })}
      onRemove={() => onChange({ prices: without(draft.prices, rule.key) })}
      up={
        isFirst
          ? undefined
          : {
              label: t('prices.up', { name }),
              onUp: () => onChange({ prices: movedUp(draft.prices, rule.key) }),
            }
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label={t('prices.label')}
          error={wrongAt(`${at}.label`)}
          value={rule.label}
          onChange={(event) => change({ label: event.target.value })}
        />
        <Select
          label={t('prices.effect')}
          value={rule.effect}
          onChange={(event) => change({ effect: event.target.value === 'ADD' ? 'ADD' : 'SET' })}
          options={(['SET', 'ADD'] as const).map((value) => ({ value, label: t(`prices.effects.${value}`) }))}
        />
        <TextField
          label={`${t('prices.amount')} (${draft.currency})`}
          inputMode="decimal"
          error={wrongAt(`${at}.amount`)}
          value={rule.amount}
          onChange={(event) => change({ amount: event.target.value })}
        />
      </div>
      <Chips
        label={t('prices.who')}
        hint={rule.customerTypes.length === 0 ? t('prices.noneOf') : undefined}
        options={WHO.map((value) => ({ value, label: words(`travelers.${value}`) }))}
        chosen={rule.customerTypes}
        onChoose={(customerTypes) => change({ customerTypes })}
      />
      <details open={rule.weekdays.length > 0 || Boolean(rule.startsOn || rule.endsOn)}>
        <summary className="text-[14px] font-semibold text-link">{t('prices.days')}</summary>
        <div className="mt-3 grid gap-4">
          <Chips
            label={t('prices.days')}
            hint={rule.weekdays.length === 0 ? t('prices.noneOf') : undefined}
            options={WEEKDAYS.map((value) => ({ value, label: weekday(value) }))}
            chosen={rule.weekdays}
            onChoose={(weekdays) => change({ weekdays: weekdays.sort() })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={words('from')}
              type="date"
              value={rule.startsOn}
              onChange={(event) => change({ startsOn: event.target.value })}
            />
            <TextField
              label={words('to')}
              type="date"
              error={wrongAt(`${at}.endsOn`)}
              value={rule.endsOn}
              onChange={(event) => change({ endsOn: event.target.value })}
            />
          </div>
        </div>
      </details>
      <Checkbox
        label={t('prices.isFinal')}
        checked={rule.isFinal}
        onChange={(event) => change({ isFinal: event.target.checked })}
      />
    </Row>
  )
}
