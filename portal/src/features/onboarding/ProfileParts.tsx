import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import { LANGUAGE_NAMES, LOCALES } from '@/i18n/i18n'
import { Card } from '@/ui/Card'
import { Choices } from '@/ui/Choices'
import { Select, TextArea, TextField } from '@/ui/Field'
import { type Draft, partsOf } from './draft'

interface Props {
  draft: Draft
  change: (part: Partial<Draft>) => void
  errorOf: (field: string) => string | undefined
}

const COMMON = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl', 'zh', 'ja']

/** What receipts and invoices say. */
export function Papers({ draft, change, errorOf }: Props) {
  const { t, i18n } = useTranslation('onboarding')
  const { region } = useFormats()
  const countries = useMemo(
    () =>
      COUNTRIES.map((code) => ({ value: code, label: region(code) })).sort((one, other) =>
        one.label.localeCompare(other.label, i18n.language),
      ),
    [region, i18n.language],
  )
  return (
    <Card title={t('profile.papers')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          className="sm:col-span-2"
          label={t('profile.legalName')}
          hint={t('profile.legalNameHint')}
          value={draft.legalName}
          onChange={(event) => change({ legalName: event.target.value })}
          error={errorOf('legalName')}
          autoComplete="organization"
        />
        <TextArea
          className="sm:col-span-2"
          rows={2}
          label={t('profile.addressLines')}
          hint={t('profile.addressHint')}
          value={draft.addressLines}
          onChange={(event) => change({ addressLines: event.target.value })}
          error={errorOf('addressLines')}
          autoComplete="street-address"
        />
        <TextField
          label={t('profile.postalCode')}
          value={draft.postalCode}
          onChange={(event) => change({ postalCode: event.target.value })}
          error={errorOf('postalCode')}
          autoComplete="postal-code"
        />
        <TextField
          label={t('profile.city')}
          value={draft.city}
          onChange={(event) => change({ city: event.target.value })}
          error={errorOf('city')}
          autoComplete="address-level2"
        />
        <Select
          label={t('profile.country')}
          value={draft.country}
          onChange={(event) => change({ country: event.target.value })}
          error={errorOf('country')}
          options={draft.country ? countries : [{ value: '', label: '–' }, ...countries]}
        />
        <TextField
          label={t('profile.taxNumber')}
          value={draft.taxNumber}
          onChange={(event) => change({ taxNumber: event.target.value })}
          error={errorOf('taxNumber')}
        />
      </div>
    </Card>
  )
}

/** Where it works, what it speaks, where it is found. */
export function Reach({ draft, change, errorOf }: Props) {
  const { t } = useTranslation('onboarding')
  const { language } = useFormats()
  const others = draft.languages.filter((each) => !COMMON.includes(each))
  const chosen = draft.languages.filter((each) => COMMON.includes(each))
  const toggle = (code: string) =>
    change({
      languages: chosen.includes(code)
        ? draft.languages.filter((each) => each !== code)
        : [...chosen, code, ...others],
    })
  return (
    <Card title={t('profile.reach')}>
      <div className="grid gap-4">
        <div className="grid gap-1.5">
          <p className="text-[13px] font-semibold">{t('profile.languages')}</p>
          <Choices
            label={t('profile.languages')}
            options={COMMON.map((code) => ({ value: code, label: language(code) }))}
            chosen={chosen}
            onToggle={toggle}
          />
        </div>
        <TextField
          label={t('profile.otherLanguages')}
          hint={t('profile.codesHint', { example: 'zh-HK, ko' })}
          defaultValue={others.join(', ')}
          onBlur={(event) => change({ languages: [...chosen, ...partsOf(event.target.value, ',')] })}
          error={errorOf('languages')}
        />
        <TextField
          label={t('profile.regions')}
          hint={t('profile.codesHint', { example: 'IT, IT-25' })}
          value={draft.regions}
          onChange={(event) => change({ regions: event.target.value })}
          error={errorOf('regions')}
        />
        <TextArea
          rows={2}
          label={t('profile.links')}
          hint={t('profile.linksHint')}
          value={draft.links}
          onChange={(event) => change({ links: event.target.value })}
          error={errorOf('links')}
        />
        <Select
          label={t('profile.locale')}
          value={draft.locale}
          onChange={(event) => change({ locale: event.target.value })}
          error={errorOf('locale')}
          options={LOCALES.map((locale) => ({ value: locale, label: LANGUAGE_NAMES[locale] }))}
        />
      </div>
    </Card>
  )
}
