import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { PropertyField } from '@/api/generated/create-property'
import { ValidateProperty, type ValidatePropertyQuery } from '@/api/generated/validate-property'
import { useRead } from '@/api/hooks'
import { useSettled } from '@/api/waiting'
import { classes } from '@/ui/classes'
import { type Draft, LINES, type Line, listsOf, textsOf } from './draft'

export type Problem = ValidatePropertyQuery['validateProperty'][number]

interface Asked {
  partnerId: string
  draft: Draft
  /** The fields that were touched; null for all. */
  fields: readonly PropertyField[] | null
  codeBefore: string | null
}

/** What the graph says of a draft while it is being written. */
export function useProblems({ partnerId, draft, fields, codeBefore }: Asked) {
  const input = useMemo(
    () => ({
      partnerId,
      texts: textsOf(draft),
      values: listsOf(draft),
      fields: fields && [...fields],
      externalCodeBefore: codeBefore,
    }),
    [partnerId, draft, fields, codeBefore],
  )
  const settled = useSettled(input, 400)
  const isNothing = fields?.length === 0
  const { data, isLoading } = useRead(ValidateProperty, { input: settled }, { pause: isNothing })
  const problems = isNothing ? [] : (data?.validateProperty ?? [])
  return { problems, isChecking: settled !== input || isLoading }
}

interface Props {
  problems: readonly Problem[]
  onCorrect: (field: Line, text: string) => void
}

/** What is to be said of one field, each with what would mend it a press away. */
export function Problems({ problems, onCorrect }: Props) {
  const { t } = useTranslation('properties')
  if (problems.length === 0) return null
  return (
    <span className="grid gap-1.5 text-[13px]">
      {problems.map((problem) => {
        const mends = correctionsOf(problem)
        const row = rowOf(problem.path)
        return (
          <span
            key={`${problem.rule} ${problem.path}`}
            className={classes(
              'flex flex-wrap items-center gap-x-2.5 gap-y-1',
              problem.severity === 'ERROR' ? 'text-bad' : 'text-warn',
            )}
          >
            <span>
              {row !== undefined && `${t('form.row', { row })}: `}
              {problem.message}
            </span>
            {mends.length > 0 && (
              <button
                type="button"
                onClick={() => {
                  for (const { field, text } of mends) onCorrect(field, text)
                }}
                className="rounded-full border border-current px-2.5 py-0.5 font-semibold hover:bg-raised"
              >
                {mends.length === 1 ? t('form.use', { text: mends[0]?.text }) : t('form.useAll')}
              </button>
            )}
          </span>
        )
      })}
    </span>
  )
}

const isLine = (field: PropertyField): field is Line => (LINES as readonly string[]).includes(field)

/** Everything that has to change together; only lines can be changed by a press. */
export function correctionsOf({ field, suggestion, corrections, path }: Problem) {
  const all =
    corrections.length > 0 ? corrections : suggestion !== null && !path ? [{ field, text: suggestion }] : []
  const lines = all.flatMap((each) => (isLine(each.field) ? [{ field: each.field, text: each.text }] : []))
  return lines.length === all.length ? lines : []
}

/** `0.max_occupancy` is in the first row. */
export function rowOf(path: string): number | undefined {
  const at = /^\d+/.exec(path)?.[0]
  return at === undefined ? undefined : Number(at) + 1
}
