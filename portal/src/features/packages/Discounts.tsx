import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Checkbox, Select, TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import type { Part } from './Builder'
import { type DiscountDraft, newDiscount } from './draft'
import { WHO } from './preview'
import { Row } from './Row'
import { changedIn, movedUp, without } from './rows'

const COUNTS = ['minLeadDays', 'maxLeadDays', 'minTravelers', 'maxTravelers'] as const
const NAMES = {
  minLeadDays: 'minLead',
  maxLeadDays: 'maxLead',
  minTravelers: 'minTravelers',
  maxTravelers: 'maxTravelers',
} as const

/** What is taken off, and for whom. */
export function Discounts({ part }: { part: Part }) {
  const { t } = useTranslation('packages')
  const { draft, onChange } = part
  return (
    <Card title={t('discounts.title')}>
      <div className="grid gap-4">
        <p className="text-[14px] text-soft">{t('discounts.lead')}</p>
        <ul className="grid gap-4">
          {draft.discounts.map((rule, index) => (
            <Discount key={rule.key} rule={rule} part={part} isFirst={index === 0} />
          ))}
        </ul>
        <Button
          isSmall
          className="justify-self-start"
          onClick={() => onChange({ discounts: [...draft.discounts, newDiscount()] })}
        >
          <Icon name="plus" className="size-4" />
          {t('discounts.add')}
        </Button>
      </div>
    </Card>
  )
}

function Discount({
  rule,
  part: { draft, onChange, wrongAt },
  isFirst,
}: {
  rule: DiscountDraft
  part: Part
  isFirst: boolean
}) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const at = `discounts.${rule.key}`
  const name = rule.label || t('discounts.label')
  const change = (next: Partial<DiscountDraft>) =>
    onChange({ discounts: changedIn(draft.discounts, rule.key, next) })
  return (
    <Row
      removeLabel={t('items.remove', { name })}
      onRemove={() => onChange({ discounts: without(draft.discounts, rule.key) })}
      up={
        isFirst
          ? undefined
          : {
              label: t('prices.up', { name }),
              onUp: () => onChange({ discounts: movedUp(draft.discounts, rule.key) }),
            }
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label={t('discounts.label')}
          error={wrongAt(`${at}.label`)}
          value={rule.label}
          onChange={(event) => change({ label: event.target.value })}
        />
        <Select
          label={t('discounts.kind')}
          value={rule.kind}
          onChange={(event) => change({ kind: event.target.value === 'FIXED' ? 'FIXED' : 'PERCENT' })}
          options={(['PERCENT', 'FIXED'] as const).map((value) => ({
            value,
            label: t(`discounts.kinds.${value}`),
          }))}
        />
        <TextField
          label={`${t('discounts.value')} (${rule.kind === 'PERCENT' ? '%' : draft.currency})`}
          inputMode="decimal"
          error={wrongAt(`${at}.value`)}
          value={rule.value}
          onChange={(event) => change({ value: event.target.value })}
        />
      </div>
      <div className="grid grid-cols-2 gap-4 xl:grid-cols-4">
        {COUNTS.map((field) => (
          <TextField
            key={field}
            label={t(`discounts.${NAMES[field]}`)}
            inputMode="numeric"
            error={wrongAt(`${at}.${field}`)}
            value={rule[field]}
            onChange={(event) => change({ [field]: event.target.value })}
          />
        ))}
        {WHO.map((who) => (
          <TextField
            key={who}
            label={t('discounts.least', { who: words(`travelers.${who}`) })}
            inputMode="numeric"
            value={rule.least[who]}
            onChange={(event) => change({ least: { ...rule.least, [who]: event.target.value } })}
          />
        ))}
      </div>
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
      <Checkbox
        label={t('discounts.isFinal')}
        checked={rule.isFinal}
        onChange={(event) => change({ isFinal: event.target.checked })}
      />
    </Row>
  )
}
