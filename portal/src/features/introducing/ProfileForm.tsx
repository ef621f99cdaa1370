import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SetIntroductionProfile } from '@/api/generated/set-introduction-profile'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { INDUSTRIES, NEEDS, useCodes } from '@/i18n/codes'
import { useFormats } from '@/i18n/format'
import { zones } from '@/i18n/week'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select, TextField } from '@/ui/Field'
import { PillChoice } from '@/ui/PillChoice'
import { type Draft, draftOf, inputOf, refusedField } from './form'
import type { Profile } from './ProfileView'
import { Regions } from './Regions'

const LANGUAGES = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl', 'pl', 'ru', 'ar', 'zh', 'ja', 'ko']

interface Props {
  profile: Profile | null
  partnerId: string
  onDone: () => void
}

const union = (known: readonly string[], chosen: readonly string[]) => [...new Set([...known, ...chosen])]

/** What a partner is introduced for, and where it is reached. */
export function ProfileForm({ profile, partnerId, onDone }: Props) {
  const { t } = useTranslation('introducing')
  const { t: common } = useTranslation()
  const { language } = useFormats()
  const code = useCodes()
  const [draft, setDraft] = useState(() => draftOf(profile))
  const [refused, setRefused] = useState<{ field: string; message: string }>()
  const [save, isBusy] = useAct(SetIntroductionProfile)
  const tell = useTelling()
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const problem = (field: keyof Draft) => (refused?.field === field ? refused.message : undefined)
  const text = (field: 'subdomain' | 'introEmail' | 'capacity' | 'preferredDemoDuration') => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    error: problem(field),
  })

  async function submit(event: FormEvent) {
    event.preventDefault()
    const outcome = await save({ input: inputOf(draft, partnerId, profile?.version ?? 0) })
    const field = outcome.refusal && refusedField(outcome.refusal)
    setRefused(field && outcome.refusal ? { field, message: outcome.refusal.message } : undefined)
    tell(outcome, common('state.saved'))
    if (outcome.row || outcome.refusal?.__typename === 'StaleVersion') onDone()
  }

  return (
    <form onSubmit={submit} className="grid max-w-[920px] gap-5">
      <Card title={t('reached')}>
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={t('subdomain')}
            hint={t('subdomainHint', { name: draft.subdomain || '…' })}
            required
            minLength={3}
            maxLength={63}
            autoComplete="off"
            spellCheck={false}
            {...text('subdomain')}
          />
          <TextField
            label={t('introEmail')}
            hint={t('introEmailHint')}
            type="email"
            autoComplete="email"
            {...text('introEmail')}
          />
          <TextField
            label={t('capacity')}
            hint={t('capacityHint')}
            type="number"
            min={1}
            max={1000}
            required
            {...text('capacity')}
          />
          <TextField
            label={t('duration')}
            hint={t('durationHint')}
            type="number"
            min={5}
            max={480}
            step={5}
            required
            {...text('preferredDemoDuration')}
          />
          <Select
            label={t('timeZone')}
            value={draft.timeZone}
            onChange={(event) => set({ timeZone: event.target.value })}
            error={problem('timeZone')}
            options={zones(draft.timeZone).map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          />
        </div>
      </Card>
      <Card title={t('for')}>
        <div className="grid gap-6">
          <PillChoice
            legend={t('industries')}
            hint={t('anyIndustry')}
            error={problem('industries')}
            options={union(INDUSTRIES, draft.industries).map((value) => ({ value, label: code(value) }))}
            chosen={draft.industries}
            onChange={(industries) => set({ industries })}
          />
          <PillChoice
            legend={t('needs')}
            hint={t('needsHint')}
            error={problem('needs')}
            options={union(NEEDS, draft.needs).map((value) => ({ value, label: code(value) }))}
            chosen={draft.needs}
            onChange={(needs) => set({ needs })}
          />
          <PillChoice
            legend={t('languages')}
            hint={t('asPartner')}
            error={problem('languages')}
            options={union(LANGUAGES, draft.languages).map((value) => ({ value, label: language(value) }))}
            chosen={draft.languages}
            onChange={(languages) => set({ languages })}
          />
          <Regions
            chosen={draft.regions}
            error={problem('regions')}
            onChange={(regions) => set({ regions })}
          />
        </div>
      </Card>
      <div className="flex justify-end">
        <Button type="submit" look="first" isBusy={isBusy}>
          {profile ? common('act.save') : t('begin')}
        </Button>
      </div>
    </form>
  )
}
