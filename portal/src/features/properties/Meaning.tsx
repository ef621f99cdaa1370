import { useTranslation } from 'react-i18next'
import { LANGUAGE_NAMES, LOCALES } from '@/i18n/i18n'
import { classes } from '@/ui/classes'
import { AMENITIES } from './kinds'
import { type Choice, chosen, type ImportColumn, partsOf } from './mapping'

type Field = Exclude<Choice['field'], ''>

interface Props {
  column: ImportColumn
  fields: readonly Field[]
  labelOf: (field: Field) => string
  choice: Choice
  onChange: (choice: Choice) => void
}

const CONTROL = 'min-h-9 w-full rounded-control border bg-ground px-2 text-[14px] hover:border-soft'

/** What one column means: a field, and a part of it where it has parts. */
export function Meaning({ column, fields, labelOf, choice, onChange }: Props) {
  const { t } = useTranslation('imports')
  const parts = usePartOptions(choice.field)
  return (
    <div className="grid min-w-[170px] gap-1.5">
      <select
        aria-label={t('mapping.fieldOf', { name: column.name })}
        value={choice.field}
        onChange={(event) => onChange(chosen(event.target.value as Choice['field']))}
        className={classes(CONTROL, column.isUnsure ? 'border-warn' : 'border-line')}
      >
        <option value="">{t('mapping.leaveOut')}</option>
        {fields.map((field) => (
          <option key={field} value={field}>
            {labelOf(field)}
          </option>
        ))}
      </select>
      {parts && (
        <select
          aria-label={t('mapping.partOf', { name: column.name })}
          value={choice.part}
          onChange={(event) => onChange({ ...choice, part: event.target.value })}
          className={classes(CONTROL, 'border-line')}
        >
          {partsOf(choice.field)?.isListToo && <option value="">{t('mapping.wholeList')}</option>}
          {parts.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}

function usePartOptions(field: Choice['field']): { value: string; label: string }[] | null {
  const { t } = useTranslation(['imports', 'properties'])
  const parts = partsOf(field)
  if (!parts) return null
  if (parts.kind === 'language')
    return LOCALES.map((locale) => ({ value: locale, label: LANGUAGE_NAMES[locale] }))
  if (parts.kind === 'amenity')
    return AMENITIES.map((value) => ({ value, label: t(`properties:amenity.${value}`) }))
  return parts.parts.map((value) => ({ value, label: t(`part.${value}`) }))
}
