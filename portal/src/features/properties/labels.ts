import { useMemo } from 'react'
import { PropertyTemplate, type PropertyTemplateQuery } from '@/api/generated/property-template'
import { useRead } from '@/api/hooks'

export type Template = PropertyTemplateQuery['propertyTemplate']
type Field = Template['columns'][number]['field']

/** What the graph calls the fields of a house in the reader's language, and the template they are columns of. */
export function useTemplate() {
  const { data } = useRead(PropertyTemplate, {})
  const template = data?.propertyTemplate
  const labels = useMemo(
    () => new Map(template?.columns.map(({ field, label }) => [field, label])),
    [template],
  )
  return { template, fields: [...labels.keys()], labelOf: (field: Field) => labels.get(field) ?? '' }
}
