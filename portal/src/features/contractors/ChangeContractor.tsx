import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EraseContractor } from '@/api/generated/erase-contractor'
import { UpdateContractor } from '@/api/generated/update-contractor'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Dialog } from '@/ui/Dialog'
import { ContractorForm } from './ContractorForm'
import type { Found } from './ContractorView'
import { fieldOf, inputOf, type Wish, wishOf } from './form'

/** What a company says of itself, to be changed or forgotten. */
export function ChangeContractor({ contractor }: { contractor: Found }) {
  const { t } = useTranslation('contractors')
  const { t: common } = useTranslation()
  const [update, isBusy] = useAct(UpdateContractor)
  const [erase, isErasing] = useAct(EraseContractor)
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const [isAsking, setAsking] = useState(false)
  const tell = useTelling()

  async function submit(wish: Wish) {
    const outcome = await update({
      input: { ...inputOf(wish), id: contractor.id, version: contractor.version },
    })
    const field = fieldOf(outcome.refusal?.fields?.[0])
    setRefused(field && outcome.refusal ? { field, message: outcome.refusal.message } : undefined)
    tell(outcome, common('state.saved'))
  }

  async function forget() {
    if (tell(await erase({ input: { id: contractor.id } }), t('erased'))) setAsking(false)
  }

  if (contractor.erasedAt) {
    return (
      <Card>
        <p className="text-soft">{t('erasedText')}</p>
      </Card>
    )
  }
  return (
    <div className="max-w-[860px]">
      <ContractorForm
        first={wishOf(contractor)}
        isBusy={isBusy}
        needsContact
        submit={common('act.save')}
        refused={refused}
        onSubmit={submit}
      >
        <Button look="danger" onClick={() => setAsking(true)}>
          {t('erase')}
        </Button>
      </ContractorForm>
      <Dialog
        title={t('erase')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        closeLabel={common('act.close')}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{common('act.cancel')}</Button>
            <Button look="danger" isBusy={isErasing} onClick={forget}>
              {t('erase')}
            </Button>
          </>
        }
      >
        <p>{t('eraseText', { name: contractor.name })}</p>
      </Dialog>
    </div>
  )
}
