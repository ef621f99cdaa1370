import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type PartnerType, RegisterPartner } from '@/api/generated/register-partner'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStandingAnew } from '@/api/viewer'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import { LANGUAGE_NAMES, LOCALES } from '@/i18n/i18n'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select, TextField } from '@/ui/Field'
import { Page } from '@/ui/Page'

const TYPES = [
  'TOUR_OPERATOR',
  'HOTEL',
  'AGENCY',
  'DMO',
  'TOURISM_BOARD',
  'TRANSPORT',
  'OTA',
  'STRATEGIC',
] as const satisfies readonly PartnerType[]

/** Where a newcomer brings its organization in. */
export function RegisterView() {
  const { t, i18n } = useTranslation()
  const { region } = useFormats()
  const [register, isBusy] = useAct(RegisterPartner)
  const tell = useTelling()
  const go = useNavigate()
  const standAnew = useStandingAnew()
  // One key for the form: pressed twice, or sent again after a lost answer, it registers once.
  const key = useRef(crypto.randomUUID())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    const outcome = await register({
      input: {
        name: text('name'),
        type: text('type') as PartnerType,
        country: text('country'),
        locale: text('locale'),
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) key.current = crypto.randomUUID()
    if (!tell(outcome, t('register.done'))) return
    await standAnew()
    await go({ to: '/onboarding' })
  }

  const countries = COUNTRIES.map((code) => ({ value: code, label: region(code) })).sort((one, other) =>
    one.label.localeCompare(other.label, i18n.language),
  )
  return (
    <Page title={t('register.title')} lead={t('register.lead')}>
      <Card className="max-w-[640px]">
        <form onSubmit={submit} className="grid gap-5 sm:grid-cols-2">
          <TextField
            className="sm:col-span-2"
            label={t('register.name')}
            name="name"
            required
            maxLength={200}
            autoComplete="organization"
          />
          <Select
            label={t('register.type')}
            name="type"
            options={TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
          />
          <Select label={t('register.country')} name="country" defaultValue="IT" options={countries} />
          <Select
            label={t('register.locale')}
            name="locale"
            defaultValue={i18n.language}
            options={LOCALES.map((locale) => ({ value: locale, label: LANGUAGE_NAMES[locale] }))}
          />
          <div className="flex items-end justify-end sm:col-span-2">
            <Button type="submit" look="first" isBusy={isBusy}>
              {t('register.submit')}
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  )
}
