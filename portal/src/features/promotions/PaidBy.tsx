import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { StartAffiliateOnboarding } from '@/api/generated/start-affiliate-onboarding'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { COUNTRIES } from '@/i18n/countries'
import { useFormats } from '@/i18n/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Field'
import type { Affiliate } from './Earnings'

/** How an affiliate is paid: its account at the provider, and the way to it. */
export function PaidBy({ affiliate }: { affiliate: Affiliate }) {
  const { t, i18n } = useTranslation('promotions')
  const { region } = useFormats()
  const [start, isBusy] = useAct(StartAffiliateOnboarding)
  const tell = useTelling()
  const account = affiliate.paymentAccount
  const countries = COUNTRIES.map((code) => ({ value: code, label: region(code) })).sort((one, other) =>
    one.label.localeCompare(other.label, i18n.language),
  )

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const country = String(new FormData(event.currentTarget).get('country') ?? '')
    const opened = tell(await start({ input: { country } }))
    if (opened) location.assign(opened.url)
  }

  return (
    <Card title={t('me.paid')}>
      <p className="mb-4 text-soft">{account ? t(`me.account.${account.status}`) : t('me.noAccount')}</p>
      {account?.status !== 'ENABLED' && (
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <Select
            className="min-w-[180px] flex-1"
            label={t('me.country')}
            name="country"
            defaultValue="IT"
            options={countries}
          />
          <Button type="submit" look="first" isBusy={isBusy}>
            {t('me.goOn')}
          </Button>
        </form>
      )}
    </Card>
  )
}
