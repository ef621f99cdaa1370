import { type DragEvent, type ReactNode, useId, useState } from 'react'
import { classes } from './classes'
import { Icon } from './Icon'
import { Meter } from './Meter'

interface Props {
  /** What is wanted here. */
  label: ReactNode
  hint?: ReactNode
  /** As the browser's chooser reads it: `.csv,.xlsx`. */
  accept?: string
  /** 0 to 1 while a file is on its way. */
  progress?: number | null
  progressLabel: string
  onFile: (file: File) => void
  isSmall?: boolean
}

/** A place to drop a file on, or to press for choosing one. */
export function FileDrop({ label, hint, accept, progress = null, progressLabel, onFile, isSmall }: Props) {
  const id = useId()
  const [isOver, setOver] = useState(false)

  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file && progress === null) onFile(file)
  }

  return (
    <label
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classes(
        'grid cursor-pointer justify-items-center gap-1.5 rounded-card border-2 border-dashed text-center transition-colors',
        'focus-within:border-link hover:border-soft',
        isSmall ? 'px-4 py-4' : 'px-6 py-10',
        isOver ? 'border-brand bg-brand-soft' : 'border-line bg-ground',
      )}
    >
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={progress !== null}
        className="sr-only"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) onFile(file)
        }}
      />
      <span
        className={classes(
          'grid place-items-center rounded-full bg-brand-soft text-link',
          isSmall ? 'size-9' : 'mb-1 size-12',
        )}
      >
        <Icon name="upload" className={isSmall ? 'size-5' : 'size-6'} />
      </span>
      <span className="font-semibold">{label}</span>
      {hint && <span className="text-[13px] text-soft">{hint}</span>}
      {progress !== null && (
        <span className="mt-2 block w-full max-w-[280px]">
          <Meter value={progress} label={progressLabel} />
        </span>
      )}
    </label>
  )
}
