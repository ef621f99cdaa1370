import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { AffiliatePayouts } from '@/api/generated/affiliate-payouts'
import { MyAffiliate, type MyAffiliateQuery } from '@/api/generated/my-affiliate'
import { type AffiliateChannel, RegisterAffiliate } from '@/api/generated/register-affiliate'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Copy } from '@/ui/Copy'
import { Checkbox, TextField } from '@/ui/Field'
import { Stat } from '@/ui/Stat'
import { Links } from './Links'
import { PaidBy } from './PaidBy'

export type Affiliate = NonNullable<MyAffiliateQuery['affiliate']>
const CHANNELS = [
  'BLOG',
  'NEWSLETTER',
  'INSTAGRAM',
  'YOUTUBE',
  'TIKTOK',
  'FACEBOOK',
  'PODCAST',
  'OTHER',
] as const satisfies AffiliateChannel[]
/** The conditions as they are now; the server knows which these are. */
const TERMS = 1

/** What one earns as an affiliate; or how to become one. */
export function Earnings() {
  const read = useRead(MyAffiliate, {})
  return (
    <Answer read={read}>
      {({ affiliate }) => (affiliate ? <Mine affiliate={affiliate} /> : <Becoming />)}
    </Answer>
  )
}

function Mine({ affiliate }: { affiliate: Affiliate }) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const { money } = useFormats()
  const of = (kind: Affiliate['balances'][number]['kind']) =>
    affiliate.balances.filter((account) => account.kind === kind).map((account) => money(account.balance))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <Stat label={t('me.pending')} value={of('AFFILIATE_PENDING').join(' · ') || t('me.nothing')} />
        <Stat label={t('me.available')} value={of('AFFILIATE_AVAILABLE').join(' · ') || t('me.nothing')} />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
        <Card title={affiliate.displayName}>
          <p className="mb-2 text-[13px] font-semibold">{t('me.id')}</p>
          <Copy text={affiliate.id} label={frame('act.copy')} copied={frame('act.copied')} />
          <p className="mt-3 text-[14px] text-soft">{t('links.mineText')}</p>
        </Card>
        <PaidBy affiliate={affiliate} />
      </div>
      <Links partnerId={null} />
      <Payouts affiliateId={affiliate.id} />
    </div>
  )
}

const TONES: Record<string, Tone> = { PAID: 'good', IN_TRANSIT: 'info', FAILED: 'bad' }

function Payouts({ affiliateId }: { affiliateId: string }) {
  const { t } = useTranslation('promotions')
  const { money, day } = useFormats()
  const read = useRead(AffiliatePayouts, { affiliateId, limit: 20, after: null })
  return (
    <Card title={t('payouts.title')}>
      <Answer read={read}>
        {({ affiliatePayouts: { nodes } }) =>
          nodes.length === 0 ? (
            <p className="text-soft">{t('payouts.none')}</p>
          ) : (
            <ul className="grid gap-3">
              {nodes.map((payout) => (
                <li key={payout.id} className="flex flex-wrap items-center justify-between gap-3">
                  <span>
                    {t('coupons.period', { from: day(payout.periodStart), until: day(payout.periodEnd) })}
                  </span>
                  <Badge tone={TONES[payout.status] ?? 'plain'}>{t(`payouts.status.${payout.status}`)}</Badge>
                  <span className="font-semibold tabular-nums">{money(payout.amount)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Card>
  )
}

function Becoming() {
  const { t } = useTranslation('promotions')
  const [register, isBusy] = useAct(RegisterAffiliate)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const outcome = await register({
      input: {
        displayName: String(form.get('name') ?? '').trim(),
        webSite: String(form.get('site') ?? '').trim() || null,
        channels: CHANNELS.filter((channel) => form.get(channel) === 'on'),
        acceptedTerms: TERMS,
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) key.current = crypto.randomUUID()
    tell(outcome, t('me.done'))
  }

  return (
    <Card title={t('me.title')} className="max-w-[640px]">
      <form onSubmit={submit} className="grid gap-5">
        <p className="text-soft">{t('me.lead')}</p>
        <TextField label={t('me.name')} name="name" required maxLength={100} autoComplete="nickname" />
        <TextField
          label={t('me.site')}
          name="site"
          type="url"
          pattern="https://.*"
          hint={t('me.siteHint')}
          autoComplete="url"
        />
        <fieldset className="grid grid-cols-2 gap-2.5 sm:grid-cols-3">
          <legend className="mb-2 text-[13px] font-semibold">{t('me.channels')}</legend>
          {CHANNELS.map((channel) => (
            <Checkbox key={channel} name={channel} label={t(`me.channel.${channel}`)} />
          ))}
        </fieldset>
        <Checkbox name="terms" required label={t('me.terms')} />
        <Button type="submit" look="first" isBusy={isBusy} className="justify-self-start">
          {t('me.submit')}
        </Button>
      </form>
    </Card>
  )
}
