import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGE_NAMES, LOCALES, type Locale } from '@/i18n/i18n'
import { Card } from '@/ui/Card'
import { Checkbox, Select, TextArea, TextField } from '@/ui/Field'
import type { Part } from './Builder'

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'HKD', 'JPY', 'CNY', 'SGD', 'AUD', 'CAD']

/** What it is called and said of it, in five languages; where, when and in what it is sold. */
export function Basics({ part, isNew }: { part: Part; isNew: boolean }) {
  const { t } = useTranslation('packages')
  const { draft, onChange, wrongAt } = part
  const currencies = CURRENCIES.includes(draft.currency) ? CURRENCIES : [draft.currency, ...CURRENCIES]
  return (
    <Card title={t('basics.title')}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Texts part={part} />
        <TextField
          label={t('basics.sku')}
          hint={t('basics.skuHint')}
          error={wrongAt('sku')}
          value={draft.sku}
          disabled={!isNew}
          onChange={(event) => onChange({ sku: event.target.value })}
        />
        <div className="grid grid-cols-2 gap-3">
          <Select
            label={t('basics.currency')}
            value={draft.currency}
            disabled={!isNew}
            onChange={(event) => onChange({ currency: event.target.value })}
            options={currencies.map((value) => ({ value, label: value }))}
          />
          <TextField
            label={t('basics.timeZone')}
            value={draft.timeZone}
            disabled={!isNew}
            onChange={(event) => onChange({ timeZone: event.target.value })}
          />
        </div>
        <Checkbox
          className="sm:col-span-2"
          label={t('basics.isDated')}
          hint={t('basics.isDatedHint')}
          checked={draft.isDated}
          onChange={(event) => onChange({ isDated: event.target.checked })}
        />
        {draft.isDated && (
          <>
            <TextField
              label={t('basics.soldFrom')}
              type="date"
              value={draft.soldFrom}
              onChange={(event) => onChange({ soldFrom: event.target.value })}
            />
            <TextField
              label={t('basics.soldUntil')}
              type="date"
              min={draft.soldFrom || undefined}
              error={wrongAt('soldUntil')}
              value={draft.soldUntil}
              onChange={(event) => onChange({ soldUntil: event.target.value })}
            />
          </>
        )}
        <TextField
          label={t('basics.languages')}
          hint={t('basics.languagesHint')}
          value={draft.languages}
          onChange={(event) => onChange({ languages: event.target.value })}
        />
        <TextField
          label={t('basics.regions')}
          hint={t('basics.regionsHint')}
          value={draft.regions}
          onChange={(event) => onChange({ regions: event.target.value })}
        />
      </div>
    </Card>
  )
}

function Texts({ part: { draft, onChange, wrongAt } }: { part: Part }) {
  const { t, i18n } = useTranslation('packages')
  const written = LOCALES.find((locale) => draft.names[locale])
  const [locale, setLocale] = useState<Locale>(
    LOCALES.find((each) => each === i18n.language && draft.names[each]) ?? written ?? 'en',
  )
  const language = LANGUAGE_NAMES[locale]
  return (
    <div className="grid gap-4 sm:col-span-2">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">{t('basics.texts')}</legend>
        {LOCALES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === locale}
            onClick={() => setLocale(each)}
            className="rounded-full border border-line px-3 py-1 text-[13px] font-semibold text-soft hover:border-soft aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:text-link"
          >
            {LANGUAGE_NAMES[each]}
            {draft.names[each]?.trim() && ' ✓'}
          </button>
        ))}
      </fieldset>
      <TextField
        label={t('basics.name', { language })}
        error={wrongAt('name')}
        maxLength={200}
        value={draft.names[locale] ?? ''}
        onChange={(event) => onChange({ names: { ...draft.names, [locale]: event.target.value } })}
      />
      <TextArea
        label={t('basics.description', { language })}
        rows={3}
        value={draft.descriptions[locale] ?? ''}
        onChange={(event) =>
          onChange({ descriptions: { ...draft.descriptions, [locale]: event.target.value } })
        }
      />
    </div>
  )
}
