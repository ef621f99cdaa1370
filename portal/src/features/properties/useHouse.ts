import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CreateProperty, type PropertyField } from '@/api/generated/create-property'
import { UpdateProperty } from '@/api/generated/update-property'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner } from '@/api/viewer'
import { type Draft, draftOf, emptiedOf, type House, type Line, valuesOf } from './draft'
import { type Problem, useProblems } from './problems'

const ALL = null

/** A house being written: what is typed, what is to be said of it, and how it is saved. */
export function useHouse(house?: House) {
  const { t } = useTranslation(['properties', 'common'])
  const { id: partnerId } = usePartner()
  const go = useNavigate()
  const tell = useTelling()
  const [base, setBase] = useState(house)
  const [draft, setDraft] = useState<Draft>(() => draftOf(house))
  const [touched, setTouched] = useState<readonly PropertyField[] | null>(house ? ALL : [])
  const [isStale, setStale] = useState(false)
  const [told, setTold] = useState<{ draft: Draft; problems: readonly Problem[] } | null>(null)
  const [create, isCreating] = useAct(CreateProperty)
  const [update, isUpdating] = useAct(UpdateProperty)
  const key = useRef(crypto.randomUUID())
  const { problems, isChecking } = useProblems({
    partnerId,
    draft,
    fields: touched,
    codeBefore: base?.externalCode ?? null,
  })

  function change(part: Partial<Draft>, ...fields: PropertyField[]) {
    setDraft((now) => ({ ...now, ...part }))
    setTouched((now) => now && [...new Set([...now, ...fields])])
  }
  function changeLine(line: Line, text: string) {
    setDraft((now) => ({ ...now, lines: { ...now.lines, [line]: text } }))
    setTouched((now) => now && [...new Set([...now, line])])
  }
  function take(theirs: House) {
    setBase(theirs)
    setDraft(draftOf(theirs))
    setStale(false)
  }

  async function save(event: FormEvent) {
    event.preventDefault()
    setTouched(ALL)
    if (!base) {
      const outcome = await create({
        input: { partnerId, values: valuesOf(draft), idempotencyKey: key.current },
      })
      if (outcome.refusal) key.current = crypto.randomUUID()
      if (outcome.refusal?.said?.__typename === 'InvalidProperty')
        setTold({ draft, problems: outcome.refusal.said.problems })
      const row = tell(outcome, t('form.created'))
      if (row) await go({ to: '/properties/$id', params: { id: row.id } })
      return
    }
    const outcome = await update({
      input: {
        id: base.id,
        version: base.version,
        values: valuesOf(draft),
        emptied: emptiedOf(draft, draftOf(base)),
      },
    })
    const said = outcome.refusal?.said
    if (said?.__typename === 'StaleVersion') return setStale(true)
    if (said?.__typename === 'InvalidProperty') setTold({ draft, problems: said.problems })
    const row = tell(outcome, t('common:state.saved'))
    if (row) take(row)
  }

  // What was told at saving counts until something is changed; then what is told while one types does.
  const shown = told?.draft === draft ? told.problems : problems
  return {
    base,
    draft,
    change,
    changeLine,
    save,
    take,
    isStale,
    isChecking,
    isBusy: isCreating || isUpdating,
    isChanged: JSON.stringify(draft) !== JSON.stringify(draftOf(base)),
    errors: shown.filter((each) => each.severity === 'ERROR').length,
    problemsOf: (field: PropertyField) => shown.filter((each) => each.field === field),
  }
}

export type Writing = ReturnType<typeof useHouse>
