import { useTranslation } from 'react-i18next'
import { useFormats } from '@/i18n/format'
import { wholeOf } from '@/i18n/minor'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select, TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import type { Part } from './Builder'
import { ComponentFinder } from './ComponentFinder'
import { codeOf } from './content'
import { type ItemDraft, newItem } from './draft'
import { Row } from './Row'
import { changedIn, without } from './rows'

export const KINDS = ['TOUR', 'LODGING', 'TRANSPORT', 'SERVICE', 'EXTRA'] as const

/** What is in it: one's own, and packages of one's own and of others, each with its part of the price. */
export function Items({ part, partner }: { part: Part; partner: { id: string } }) {
  const { t } = useTranslation('packages')
  const { draft, onChange, wrongAt } = part
  return (
    <Card title={t('items.title')}>
      <div className="grid gap-4">
        {draft.items.length === 0 && (
          <p className={wrongAt('items') ? 'text-bad' : 'text-soft'}>{t('items.none')}</p>
        )}
        <ul className="grid gap-4">
          {draft.items.map((item) => (
            <Item key={item.key} item={item} part={part} />
          ))}
        </ul>
        <Button
          isSmall
          className="justify-self-start"
          onClick={() => onChange({ items: [...draft.items, newItem()] })}
        >
          <Icon name="plus" className="size-4" />
          {t('items.add')}
        </Button>
        <ComponentFinder
          onFound={({ packageId, name, kinds, partner: owner }) => {
            const taken = new Set(draft.items.map((item) => item.functionCode))
            const added: ItemDraft = {
              ...newItem(),
              kind: kinds[0] ?? 'EXTRA',
              label: name,
              functionCode: codeOf(name, taken),
              component: { id: packageId, name },
              supplier: owner && owner.id !== partner.id ? { id: owner.id, name: owner.name } : null,
            }
            const kept = draft.items.filter((item) => item.label || item.functionCode)
            onChange({ items: [...kept, added] })
          }}
        />
      </div>
    </Card>
  )
}

function Item({ item, part: { draft, onChange, wrongAt } }: { item: ItemDraft; part: Part }) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const { percent } = useFormats()
  const all = draft.items.reduce((sum, each) => sum + (wholeOf(each.shareWeight, 0) ?? 0), 0)
  const part = all > 0 ? (wholeOf(item.shareWeight, 0) ?? 0) / all : 0
  const at = `items.${item.key}`
  const change = (next: Partial<ItemDraft>) => onChange({ items: changedIn(draft.items, item.key, next) })
  return (
    <Row
      removeLabel={t('items.remove', { name: item.label || t('items.label') })}
      onRemove={() => onChange({ items: without(draft.items, item.key) })}
    >
      {item.component && (
        <p className="flex flex-wrap items-center gap-2 text-[14px]">
          <Badge tone="brand">{item.component.name}</Badge>
          {item.supplier && (
            <span className="text-soft">{t('items.theirs', { partner: item.supplier.name })}</span>
          )}
        </p>
      )}
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-[1.6fr_1fr_1.2fr]">
        <TextField
          label={t('items.label')}
          error={wrongAt(`${at}.label`)}
          value={item.label}
          onChange={(event) => change({ label: event.target.value })}
          onBlur={() => {
            if (!item.functionCode && item.label)
              change({
                functionCode: codeOf(item.label, new Set(draft.items.map((each) => each.functionCode))),
              })
          }}
        />
        <Select
          label={t('items.kind')}
          value={item.kind}
          onChange={(event) => change({ kind: KINDS.find((kind) => kind === event.target.value) ?? 'EXTRA' })}
          options={KINDS.map((kind) => ({ value: kind, label: words(`kind.${kind}`) }))}
        />
        <TextField
          label={t('items.code')}
          error={wrongAt(`${at}.functionCode`)}
          value={item.functionCode}
          onChange={(event) => change({ functionCode: event.target.value.toUpperCase() })}
        />
        <TextField
          label={t('items.quantity')}
          inputMode="numeric"
          error={wrongAt(`${at}.quantity`)}
          value={item.quantity}
          onChange={(event) => change({ quantity: event.target.value })}
        />
        <TextField
          label={t('items.weight')}
          inputMode="numeric"
          hint={t('items.share', { part: percent(part) })}
          error={wrongAt(`${at}.shareWeight`)}
          value={item.shareWeight}
          onChange={(event) => change({ shareWeight: event.target.value })}
        />
      </div>
    </Row>
  )
}
