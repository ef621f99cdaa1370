import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { classes } from './classes'

interface Words {
  label: string
  hint?: ReactNode
  error?: ReactNode
  className?: string
}

const CONTROL = classes(
  'w-full rounded-control border bg-ground px-3 py-2 text-ink placeholder:text-soft/80',
  'transition-colors duration-150 hover:border-soft focus-visible:border-link aria-invalid:border-bad',
  'border-line min-h-10',
)

function Labelled({
  id,
  label,
  hint,
  error,
  className,
  children,
}: Words & { id: string; children: ReactNode }) {
  return (
    <div className={classes('grid content-start gap-1.5', className)}>
      <label htmlFor={id} className="text-[13px] font-semibold">
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="text-[13px] text-bad">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="text-[13px] text-soft">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

function described(id: string, { hint, error }: Pick<Words, 'hint' | 'error'>) {
  return {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error ? `${id}-error` : hint ? `${id}-hint` : undefined,
  }
}

/** A line of text with its label, and what is wrong with it below. */
export function TextField({
  label,
  hint,
  error,
  className,
  ...rest
}: Words & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <Labelled {...{ id, label, hint, error, className }}>
      <input className={CONTROL} {...rest} {...described(id, { hint, error })} />
    </Labelled>
  )
}

/** A text of several lines. */
export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: Words & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId()
  return (
    <Labelled {...{ id, label, hint, error, className }}>
      <textarea rows={4} className={CONTROL} {...rest} {...described(id, { hint, error })} />
    </Labelled>
  )
}

/** One of several; `options` are values with the words for them. */
export function Select({
  label,
  hint,
  error,
  className,
  options,
  ...rest
}: Words &
  SelectHTMLAttributes<HTMLSelectElement> & { options: readonly { value: string; label: string }[] }) {
  const id = useId()
  return (
    <Labelled {...{ id, label, hint, error, className }}>
      <select className={CONTROL} {...rest} {...described(id, { hint, error })}>
        {options.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

/** Yes or no. */
export function Checkbox({
  label,
  hint,
  className,
  ...rest
}: Omit<Words, 'error'> & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <div className={classes('flex items-start gap-2.5', className)}>
      <input
        type="checkbox"
        className="mt-0.5 size-[18px] accent-brand"
        {...rest}
        {...described(id, { hint })}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-[13px] text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
