import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type DocumentFormat, RequestStatement } from '@/api/generated/request-statement'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Select, TextField } from '@/ui/Field'
import { lastMonth } from './months'

const FORMATS = ['PDF', 'CSV', 'XLSX'] as const satisfies readonly DocumentFormat[]

/** Ask for an account statement of days that are over. */
export function StatementDialog({
  isOpen,
  onClose,
  partnerId,
}: {
  isOpen: boolean
  onClose: () => void
  partnerId: string
}) {
  const { t } = useTranslation('documents')
  const { t: common, i18n } = useTranslation()
  const [request, isBusy] = useAct(RequestStatement)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const month = lastMonth(new Date())

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '')
    const outcome = await request({
      input: {
        partnerId,
        startsOn: text('startsOn'),
        endsOn: text('endsOn'),
        currency: text('currency').toUpperCase(),
        format: text('format') as DocumentFormat,
        locale: i18n.language,
        idempotencyKey: key.current,
      },
    })
    key.current = crypto.randomUUID()
    if (tell(outcome, t('statement.asked'))) onClose()
  }

  return (
    <Dialog title={t('statement.ask')} isOpen={isOpen} onClose={onClose} closeLabel={common('act.close')}>
      <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('statement.from')}
          name="startsOn"
          type="date"
          required
          defaultValue={month.first}
        />
        <TextField label={t('statement.to')} name="endsOn" type="date" required defaultValue={month.last} />
        <TextField
          label={t('statement.currency')}
          name="currency"
          required
          pattern="[A-Za-z]{3}"
          defaultValue="EUR"
        />
        <Select
          label={t('statement.format')}
          name="format"
          options={FORMATS.map((value) => ({ value, label: value }))}
        />
        <div className="flex justify-end sm:col-span-2">
          <Button type="submit" look="first" isBusy={isBusy}>
            {t('statement.ask')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
