import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CreateAffiliateLink } from '@/api/generated/create-affiliate-link'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { TextField } from '@/ui/Field'

interface Props {
  isOpen: boolean
  onClose: () => void
  partnerId: string
}

/** For whom a link is, what it earns, where it leads. */
export function LinkDialog({ isOpen, onClose, partnerId }: Props) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  return (
    <Dialog title={t('links.new')} isOpen={isOpen} onClose={onClose} closeLabel={frame('act.close')}>
      <LinkForm partnerId={partnerId} onDone={onClose} />
    </Dialog>
  )
}

const FIELDS: Record<string, string> = {
  affiliate_id: 'affiliateId',
  commission_percent: 'commissionPercent',
}

function LinkForm({ partnerId, onDone }: { partnerId: string; onDone: () => void }) {
  const { t } = useTranslation('promotions')
  const frame = useTranslation().t
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [create, isBusy] = useAct(CreateAffiliateLink)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const outcome = await create({
      input: {
        partnerId,
        affiliateId: text('affiliateId'),
        commissionPercent: text('commissionPercent').replace(',', '.'),
        code: text('code') || null,
        target: text('target') || '/',
        note: text('note') || null,
        idempotencyKey: key.current,
      },
    })
    if (outcome.refusal) {
      const { code, message, fields = [] } = outcome.refusal
      key.current = crypto.randomUUID()
      const at = code === 'CODE_TAKEN' ? ['code'] : code === 'NOT_FOUND' ? ['affiliateId'] : fields
      setWrong(Object.fromEntries(at.map((field) => [FIELDS[field] ?? field, message])))
    }
    if (tell(outcome, t('link.done'))) onDone()
  }

  return (
    <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
      <TextField
        className="sm:col-span-2"
        label={t('link.affiliate')}
        name="affiliateId"
        required
        hint={t('link.affiliateHint')}
        error={wrong.affiliateId}
        autoComplete="off"
      />
      <TextField
        label={`${t('link.percent')} (%)`}
        name="commissionPercent"
        inputMode="decimal"
        required
        defaultValue="8"
        error={wrong.commissionPercent}
      />
      <TextField label={t('link.code')} name="code" hint={t('link.codeHint')} error={wrong.code} />
      <TextField
        className="sm:col-span-2"
        label={t('link.target')}
        name="target"
        defaultValue="/discover"
        error={wrong.target}
      />
      <TextField className="sm:col-span-2" label={t('link.note')} name="note" maxLength={200} />
      <Button type="submit" look="first" isBusy={isBusy} className="justify-self-end sm:col-span-2">
        {frame('act.add')}
      </Button>
    </form>
  )
}
