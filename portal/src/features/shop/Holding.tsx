import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { HoldPackage, type HoldPackageMutation } from '@/api/generated/hold-package'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import type { Quote } from './price'
import type { Shown } from './rules'

type Opened = Extract<HoldPackageMutation['bookPackage'], { __typename: 'OpenedCheckout' }>
const FIELDS = ['name', 'email', 'phone'] as const
type Field = (typeof FIELDS)[number]

interface Props {
  shown: Shown
  quote: Quote
  isStale: boolean
}

/** Who buys; then what was quoted is held, and paid on the page of the purchase. */
export function Holding({ shown, quote, isStale }: Props) {
  const { t, i18n } = useTranslation('shop')
  const [hold, isBusy] = useAct(HoldPackage)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const tell = useTelling()
  const go = useNavigate()
  const key = useRef(crypto.randomUUID())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: Field) => String(form.get(name) ?? '').trim()
    setWrong({})
    const outcome = await hold({
      input: {
        quoteId: quote.id,
        packageId: shown.id,
        customer: { name: text('name'), email: text('email'), phone: text('phone') },
        locale: i18n.language,
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) {
      key.current = crypto.randomUUID()
      setWrong(Object.fromEntries(outcome.refusal.fields?.map((field) => [field, t('problem.field')]) ?? []))
    }
    const opened = tell(outcome) as Opened | undefined
    if (!opened) return
    await go({
      to: '/checkouts/$id',
      params: { id: opened.checkout.id },
      search: { token: opened.token },
    })
  }

  return (
    <form onSubmit={submit} className="grid gap-4 border-t border-line pt-5">
      <h3 className="font-semibold">{t('buy.who')}</h3>
      <TextField
        label={t('buy.name')}
        name="name"
        required
        autoComplete="name"
        maxLength={200}
        error={wrong.name}
      />
      <TextField
        label={t('buy.email')}
        name="email"
        type="email"
        required
        autoComplete="email"
        hint={t('buy.emailHint')}
        error={wrong.email}
      />
      <TextField
        label={t('buy.phone')}
        name="phone"
        type="tel"
        required
        autoComplete="tel"
        hint={t('buy.phoneHint')}
        error={wrong.phone}
      />
      <Button type="submit" look="first" isBusy={isBusy} disabled={isStale}>
        {t('buy.hold')}
      </Button>
      <p className="text-[13px] text-soft">{t('buy.holdHint')}</p>
    </form>
  )
}
