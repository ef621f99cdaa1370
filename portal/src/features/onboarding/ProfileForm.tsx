import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UpdatePartner } from '@/api/generated/update-partner'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import type { Locale } from '@/i18n/i18n'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Problem } from '@/ui/States'
import { Texts } from '@/ui/Texts'
import { type Draft, draftOf, inputOf } from './draft'
import { Logo } from './Logo'
import { Papers, Reach } from './ProfileParts'
import type { Profile } from './ProfileView'

/** The profile as a form. It keeps the version it was written on: what somebody else changed is not written over. */
export function ProfileForm({ profile }: { profile: Profile }) {
  const { t, i18n } = useTranslation(['onboarding', 'common'])
  const { language } = useFormats()
  const { may } = useStanding()
  const [base, setBase] = useState(profile)
  const [draft, setDraft] = useState<Draft>(() => draftOf(profile))
  const [isStale, setStale] = useState(false)
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null)
  const [update, isBusy] = useAct(UpdatePartner)
  const tell = useTelling()
  const isReadOnly = !may('MANAGE_PARTNER')
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(base))
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const errorOf = (field: string) => (problem?.field === field ? problem.message : undefined)

  function take(theirs: Profile) {
    setBase(theirs)
    setDraft(draftOf(theirs))
    setStale(false)
    setProblem(null)
  }

  async function save(event: FormEvent) {
    event.preventDefault()
    setProblem(null)
    const outcome = await update({ input: inputOf(base.id, base.version, draft) })
    if (outcome.row) take(outcome.row)
    if (outcome.refusal?.__typename === 'StaleVersion') return setStale(true)
    const { fields: [field] = [], message } = outcome.refusal ?? {}
    if (field && message) setProblem({ field, message })
    tell(outcome, t('common:state.saved'))
  }

  const parts = { draft, change, errorOf }
  return (
    <form onSubmit={save} className="grid grid-cols-1 gap-5">
      {isReadOnly && <p className="text-soft">{t('profile.readOnly')}</p>}
      {isStale && (
        <Problem
          title={t('profile.stale')}
          message={t('profile.staleText')}
          retry={t('profile.takeTheirs')}
          onRetry={() => take(profile)}
        />
      )}
      <fieldset disabled={isReadOnly} className="grid min-w-0 grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <Card title={t('profile.seen')}>
          <div className="grid grid-cols-1 gap-5">
            <Logo partnerId={profile.id} logo={profile.logo} isReadOnly={isReadOnly} />
            <TextField
              label={t('profile.name')}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
              error={errorOf('name')}
              required
              maxLength={200}
            />
            <Texts
              label={t('profile.descriptions')}
              textLabel={(locale) => t('profile.description', { language: language(locale) })}
              writtenLabel={t('profile.written')}
              first={i18n.language as Locale}
              texts={draft.descriptions}
              error={errorOf('descriptions')}
              onChange={(descriptions) => change({ descriptions })}
            />
          </div>
        </Card>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <Papers {...parts} />
          <Reach {...parts} />
        </div>
      </fieldset>
      {!isReadOnly && (
        <div className="sticky bottom-0 -mx-4 flex items-center justify-end gap-3 border-t border-line bg-ground/90 px-4 py-3 backdrop-blur">
          <span aria-live="polite">{isChanged && <Badge tone="warn">{t('profile.unsaved')}</Badge>}</span>
          <Button type="submit" look="first" isBusy={isBusy} disabled={!isChanged}>
            {t('common:act.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
