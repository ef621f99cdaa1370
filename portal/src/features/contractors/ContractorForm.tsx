import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContractorSize } from '@/api/generated/contractor'
import { INDUSTRIES, NEEDS, useCodes } from '@/i18n/codes'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import { LANGUAGE_NAMES, LOCALES } from '@/i18n/i18n'
import { useWeek, WEEKDAYS, type Weekday, zones } from '@/i18n/week'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select, TextField } from '@/ui/Field'
import { PillChoice } from '@/ui/PillChoice'
import { SIZES, type Wish } from './form'

const LANGUAGES = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl', 'pl', 'ru', 'ar', 'zh', 'ja', 'ko']
const HOURS = Array.from({ length: 25 }, (_, hour) => hour)

interface Props {
  first: Wish
  isBusy: boolean
  /** Whether a person must be named: staff speaks for somebody else. */
  needsContact: boolean
  submit: string
  /** The field that was refused, and why. */
  refused?: { field: string; message: string } | undefined
  onSubmit: (wish: Wish) => void
  children?: ReactNode
}

const union = (known: readonly string[], chosen: readonly string[]) => [...new Set([...known, ...chosen])]

/** What a company looks for, where it is, and when it likes to meet. */
export function ContractorForm({ first, isBusy, needsContact, submit, refused, onSubmit, children }: Props) {
  const { t } = useTranslation('contractors')
  const { t: common, i18n } = useTranslation()
  const { region, language } = useFormats()
  const { day, minutes } = useWeek()
  const code = useCodes()
  const [wish, setWish] = useState(first)
  const [isUntouched, setUntouched] = useState(true)
  const set = (change: Partial<Wish>) => setWish({ ...wish, ...change })
  const problem = (field: string) => (refused?.field === field ? refused.message : undefined)
  const needsLanguage = !isUntouched && wish.languages.length === 0
  const needsDay = !isUntouched && wish.preferredDays.length === 0
  const isBackwards = wish.from >= wish.to

  function send(event: FormEvent) {
    event.preventDefault()
    setUntouched(false)
    if (wish.languages.length > 0 && wish.preferredDays.length > 0 && !isBackwards) onSubmit(wish)
  }

  const countries = union(COUNTRIES, [wish.region])
    .map((value) => ({ value, label: value.includes('-') ? value : region(value) }))
    .sort((one, other) => one.label.localeCompare(other.label, i18n.language))
  return (
    <form onSubmit={send} className="grid gap-5">
      <Card title={t('company')}>
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={t('name')}
            value={wish.name}
            onChange={(event) => set({ name: event.target.value })}
            error={problem('name')}
            required
            maxLength={200}
            autoComplete="organization"
          />
          <Select
            label={t('industry')}
            value={wish.industry}
            onChange={(event) => set({ industry: event.target.value })}
            error={problem('industry')}
            options={union(INDUSTRIES, [wish.industry]).map((value) => ({ value, label: code(value) }))}
          />
          <Select
            label={t('region')}
            value={wish.region}
            onChange={(event) => set({ region: event.target.value })}
            error={problem('region')}
            options={countries}
          />
          <Select
            label={t('size')}
            value={wish.size}
            onChange={(event) => set({ size: event.target.value as ContractorSize })}
            options={SIZES.map((value) => ({ value, label: t(`sizes.${value}`) }))}
          />
          <TextField
            label={t('contactName')}
            hint={needsContact ? undefined : t('contactHint')}
            value={wish.contactName}
            onChange={(event) => set({ contactName: event.target.value })}
            error={problem('contactName')}
            required={needsContact}
            autoComplete="name"
          />
          <TextField
            label={t('contactEmail')}
            hint={needsContact ? undefined : t('contactHint')}
            type="email"
            value={wish.contactEmail}
            onChange={(event) => set({ contactEmail: event.target.value })}
            error={problem('contactEmail')}
            required={needsContact}
            autoComplete="email"
          />
        </div>
      </Card>
      <Card title={t('wanted')}>
        <div className="grid gap-6">
          <PillChoice
            legend={t('needs')}
            hint={t('needsHint')}
            error={problem('needs')}
            options={union(NEEDS, wish.needs).map((value) => ({ value, label: code(value) }))}
            chosen={wish.needs}
            onChange={(needs) => set({ needs })}
          />
          <PillChoice
            legend={t('languages')}
            hint={t('languagesHint')}
            error={needsLanguage ? t('oneAtLeast') : problem('languages')}
            options={union(LANGUAGES, wish.languages).map((value) => ({ value, label: language(value) }))}
            chosen={wish.languages}
            onChange={(languages) => set({ languages })}
          />
          <Select
            className="sm:max-w-[320px]"
            label={t('locale')}
            value={wish.locale}
            onChange={(event) => set({ locale: event.target.value })}
            options={union(LOCALES, [wish.locale]).map((value) => ({
              value,
              label: LANGUAGE_NAMES[value as keyof typeof LANGUAGE_NAMES] ?? value,
            }))}
          />
        </div>
      </Card>
      <Card title={t('meeting')}>
        <div className="grid gap-5 sm:grid-cols-3">
          <PillChoice
            className="sm:col-span-3"
            legend={t('days')}
            error={needsDay ? t('oneAtLeast') : problem('preferredDays')}
            options={WEEKDAYS.map((value) => ({ value, label: day(value) }))}
            chosen={wish.preferredDays}
            onChange={(days) => set({ preferredDays: days as Weekday[] })}
          />
          <Select
            label={t('from')}
            value={wish.from}
            onChange={(event) => set({ from: Number(event.target.value) })}
            options={HOURS.slice(0, 24).map((hour) => ({ value: String(hour), label: minutes(hour * 60) }))}
          />
          <Select
            label={t('to')}
            value={wish.to}
            onChange={(event) => set({ to: Number(event.target.value) })}
            error={isBackwards ? t('backwards') : problem('preferredHours')}
            options={HOURS.slice(1).map((hour) => ({ value: String(hour), label: minutes(hour * 60) }))}
          />
          <Select
            label={t('timeZone')}
            value={wish.timeZone}
            onChange={(event) => set({ timeZone: event.target.value })}
            error={problem('timeZone')}
            options={zones(wish.timeZone).map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          />
        </div>
      </Card>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {children}
        <Button
          type="submit"
          look="first"
          isBusy={isBusy}
          aria-label={isBusy ? common('state.loading') : undefined}
        >
          {submit}
        </Button>
      </div>
    </form>
  )
}
