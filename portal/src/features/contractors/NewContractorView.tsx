import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RegisterContractor } from '@/api/generated/register-contractor'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { Page } from '@/ui/Page'
import { ContractorForm } from './ContractorForm'
import { fieldOf, inputOf, newWish, type Wish } from './form'

/** Where somebody says what its company looks for. */
export function NewContractorView() {
  const { t, i18n } = useTranslation('contractors')
  const { may } = useStanding()
  const [register, isBusy] = useAct(RegisterContractor)
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const tell = useTelling()
  const go = useNavigate()
  // Pressed twice, or sent again after a lost answer, it registers once.
  const key = useRef(crypto.randomUUID())

  async function submit(wish: Wish) {
    const outcome = await register({ input: { ...inputOf(wish), idempotencyKey: key.current } })
    const field = fieldOf(outcome.refusal?.fields?.[0])
    setRefused(field && outcome.refusal ? { field, message: outcome.refusal.message } : undefined)
    if (outcome.refusal) key.current = crypto.randomUUID()
    const row = tell(outcome, t('registered'))
    if (row) await go({ to: '/introductions/contractors/$id', params: { id: row.id } })
  }

  return (
    <Page title={t('newTitle')} lead={t('newLead')}>
      <div className="max-w-[860px]">
        <ContractorForm
          first={newWish(i18n.language)}
          isBusy={isBusy}
          needsContact={may('MANAGE_ONBOARDING')}
          submit={t('submit')}
          refused={refused}
          onSubmit={submit}
        />
      </div>
    </Page>
  )
}
