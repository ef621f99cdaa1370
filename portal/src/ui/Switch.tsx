interface Props {
  label: string
  isOn: boolean
  isDisabled?: boolean
  onChange: (isOn: boolean) => void
}

/** On or off, at once. */
export function Switch({ label, isOn, isDisabled, onChange }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      disabled={isDisabled}
      onClick={() => onChange(!isOn)}
      className="relative h-6 w-11 shrink-0 rounded-full border border-line bg-raised transition-colors aria-checked:border-brand aria-checked:bg-brand disabled:opacity-55"
    >
      <span
        className={`absolute top-0.5 left-0.5 size-[18px] rounded-full bg-ink transition-transform ${isOn ? 'translate-x-5 bg-on-brand' : ''}`}
      />
    </button>
  )
}
