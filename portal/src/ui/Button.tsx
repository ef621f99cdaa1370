import type { ButtonHTMLAttributes } from 'react'
import { classes } from './classes'
import { Spinner } from './Spinner'

export type ButtonLook = 'first' | 'plain' | 'quiet' | 'danger'

const LOOKS: Record<ButtonLook, string> = {
  first: 'bg-brand text-on-brand border-brand hover:bg-[#ff8533] hover:border-[#ff8533]',
  plain: 'bg-raised text-ink border-line hover:border-soft',
  quiet: 'bg-transparent text-soft border-transparent hover:text-ink hover:bg-raised',
  danger: 'bg-bad-soft text-bad border-bad/40 hover:border-bad',
}

/** What makes a link look like a button. */
export function buttonClasses(look: ButtonLook = 'plain', isSmall = false): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-control border font-semibold whitespace-nowrap select-none',
    'transition-[background-color,border-color,color,scale] duration-150 active:scale-[0.98] disabled:opacity-55 disabled:active:scale-100',
    isSmall ? 'min-h-8 px-3 text-[13px]' : 'min-h-10 px-4 text-[14px]',
    LOOKS[look],
  )
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook
  isSmall?: boolean
  /** Shows that it is at work, and takes no second press. */
  isBusy?: boolean
}

export function Button({
  look,
  isSmall,
  isBusy,
  disabled,
  children,
  className,
  type = 'button',
  ...rest
}: Props) {
  return (
    <button
      type={type}
      className={classes(buttonClasses(look, isSmall), className)}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      {...rest}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  )
}
