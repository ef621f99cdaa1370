import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import type { Part } from './Builder'
import { newKey } from './draft'
import { Row } from './Row'
import { changedIn, without } from './rows'

/** What comes back for a cancellation, step by step. */
export function Tiers({ part: { draft, onChange, wrongAt } }: { part: Part }) {
  const { t } = useTranslation('packages')
  return (
    <Card title={t('policy.title')}>
      <div className="grid gap-4">
        {draft.tiers.length === 0 && <p className="text-soft">{t('policy.none')}</p>}
        <ul className="grid gap-4">
          {draft.tiers.map((tier) => (
            <Row
              key={tier.key}
              removeLabel={t('policy.remove', { days: tier.daysBefore })}
              onRemove={() => onChange({ tiers: without(draft.tiers, tier.key) })}
            >
              <div className="grid grid-cols-2 gap-4">
                <TextField
                  label={t('policy.days')}
                  inputMode="numeric"
                  error={wrongAt(`tiers.${tier.key}.daysBefore`)}
                  value={tier.daysBefore}
                  onChange={(event) =>
                    onChange({ tiers: changedIn(draft.tiers, tier.key, { daysBefore: event.target.value }) })
                  }
                />
                <TextField
                  label={t('policy.percent')}
                  inputMode="decimal"
                  error={wrongAt(`tiers.${tier.key}.percent`)}
                  value={tier.percent}
                  onChange={(event) =>
                    onChange({ tiers: changedIn(draft.tiers, tier.key, { percent: event.target.value }) })
                  }
                />
              </div>
            </Row>
          ))}
        </ul>
        <Button
          isSmall
          className="justify-self-start"
          onClick={() =>
            onChange({ tiers: [...draft.tiers, { key: newKey(), daysBefore: '', percent: '' }] })
          }
        >
          <Icon name="plus" className="size-4" />
          {t('policy.add')}
        </Button>
      </div>
    </Card>
  )
}
