import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CouponKind, type CouponScope, CreateCoupon } from '@/api/generated/create-coupon'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Checkbox, Select, TextField } from '@/ui/Field'

const KINDS = ['PERCENT', 'AMOUNT'] as const satisfies CouponKind[]
const SCOPES = [
  'PACKAGE',
  'TOUR',
  'LODGING',
  'TRANSPORT',
  'SERVICE',
  'EXTRA',
] as const satisfies CouponScope[]
const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'HKD', 'JPY', 'CNY', 'SGD', 'AUD', 'CAD']

interface Props {
  isOpen: boolean
  onClose: () => void
  partnerId: string | null
}

/** What a new coupon takes off, of what, how long and how often. */
export function CouponDialog({ isOpen, onClose, partnerId }: Props) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  return (
    <Dialog title={t('coupons.new')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <CouponForm partnerId={partnerId} onDone={onClose} />
    </Dialog>
  )
}

function CouponForm({ partnerId, onDone }: { partnerId: string | null; onDone: () => void }) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const [kind, setKind] = useState<CouponKind>('PERCENT')
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [create, isBusy] = useAct(CreateCoupon)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim() || null
    const decimal = (name: string) => text(name)?.replace(',', '.') ?? null
    const count = (name: string) => (text(name) ? Number.parseInt(text(name) ?? '', 10) : null)
    const until = text('validUntil')
    const minimum = decimal('minimum')
    const outcome = await create({
      input: {
        partnerId,
        code: text('code'),
        kind,
        percent: kind === 'PERCENT' ? decimal('value') : null,
        amount: kind === 'AMOUNT' ? decimal('value') : null,
        currency: kind === 'AMOUNT' || minimum ? text('currency') : null,
        minimum,
        scope: SCOPES.find((each) => each === text('scope')) ?? 'PACKAGE',
        // The whole of the last day, where one is.
        validUntil: until ? new Date(`${until}T23:59:59`).toISOString() : null,
        usageLimit: count('usageLimit'),
        customerLimit: count('customerLimit'),
        description: text('description'),
        isCombinable: form.get('isCombinable') === 'on',
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) {
      const { code, message, fields } = outcome.refusal
      key.current = crypto.randomUUID()
      const at = code === 'CODE_TAKEN' ? ['code'] : (fields ?? [])
      setWrong(Object.fromEntries(at.map((field) => [field, message])))
    }
    if (tell(outcome, outcome.row && t('coupon.done', { code: outcome.row.code }))) onDone()
  }

  return (
    <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
      <TextField
        className="sm:col-span-2"
        label={t('coupons.code')}
        name="code"
        pattern="[A-Za-z0-9\-]{4,32}"
        hint={t('coupon.codeHint')}
        error={wrong.code}
        autoComplete="off"
      />
      <Select
        label={t('coupon.kind')}
        value={kind}
        onChange={(event) => setKind(event.target.value === 'AMOUNT' ? 'AMOUNT' : 'PERCENT')}
        options={KINDS.map((value) => ({ value, label: t(`coupon.kinds.${value}`) }))}
      />
      <TextField
        label={`${t('coupon.value')}${kind === 'PERCENT' ? ' (%)' : ''}`}
        name="value"
        inputMode="decimal"
        required
        error={wrong.percent ?? wrong.amount}
      />
      <Select
        label={t('coupon.currency')}
        name="currency"
        options={CURRENCIES.map((value) => ({ value, label: value }))}
      />
      <TextField
        label={t('coupon.minimum')}
        name="minimum"
        inputMode="decimal"
        error={wrong.minimum ?? wrong.currency}
      />
      <Select
        label={t('coupons.scope')}
        name="scope"
        options={SCOPES.map((value) => ({ value, label: t(`coupons.scopes.${value}`) }))}
      />
      <TextField
        label={t('coupon.validUntil')}
        name="validUntil"
        type="date"
        error={wrong.validUntil ?? wrong.valid_until}
      />
      <TextField
        label={t('coupon.usageLimit')}
        name="usageLimit"
        type="number"
        min={1}
        hint={t('coupon.noLimit')}
        error={wrong.usage_limit}
      />
      <TextField
        label={t('coupon.customerLimit')}
        name="customerLimit"
        type="number"
        min={1}
        hint={t('coupon.noLimit')}
        error={wrong.customer_limit}
      />
      <TextField
        className="sm:col-span-2"
        label={t('coupon.description')}
        name="description"
        maxLength={200}
      />
      <Checkbox
        className="sm:col-span-2"
        label={t('coupon.isCombinable')}
        name="isCombinable"
        defaultChecked
      />
      <Button type="submit" look="first" isBusy={isBusy} className="justify-self-end sm:col-span-2">
        {frame('act.add')}
      </Button>
    </form>
  )
}
