import type { InputHTMLAttributes, ReactNode } from 'react'
import { Select, TextField } from '@/ui/Field'
import type { Line } from './draft'
import { Problems } from './problems'
import type { Writing } from './useHouse'

export interface PartProps {
  writing: Writing
  labelOf: (field: Line | 'ROOM_TYPES' | 'CONTACTS' | 'AMENITIES' | 'DESCRIPTIONS' | 'IMAGES') => string
}

interface Props extends PartProps {
  line: Line
  className?: string
  options?: readonly { value: string; label: string }[]
  input?: InputHTMLAttributes<HTMLInputElement>
}

/** One line of a house with what is to be said of it below. */
export function LineField({ writing, labelOf, line, className, options, input }: Props) {
  const problems = writing.problemsOf(line)
  const isWrong = problems.some((each) => each.severity === 'ERROR')
  const said: ReactNode = problems.length > 0 && (
    <Problems problems={problems} onCorrect={writing.changeLine} />
  )
  const shared = {
    label: labelOf(line) || '…',
    value: writing.draft.lines[line],
    ...(className ? { className } : {}),
    ...(isWrong ? { error: said } : { hint: said }),
  }
  return options ? (
    <Select
      {...shared}
      options={options}
      onChange={(event) => writing.changeLine(line, event.target.value)}
    />
  ) : (
    <TextField {...shared} {...input} onChange={(event) => writing.changeLine(line, event.target.value)} />
  )
}
