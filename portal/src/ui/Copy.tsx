import { useState } from 'react'
import { Button } from './Button'
import { Icon } from './Icon'

/** Something to take along: shown as code, copied by a press. */
export function Copy({ text, label, copied }: { text: string; label: string; copied: string }) {
  const [isCopied, setCopied] = useState(false)
  async function copy() {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className="flex items-center gap-2">
      <code className="min-w-0 flex-1 truncate rounded-control bg-raised px-3 py-2 font-mono text-[13px]">
        {text}
      </code>
      <Button isSmall onClick={copy} aria-live="polite">
        <Icon name={isCopied ? 'check' : 'copy'} className="size-4" />
        {isCopied ? copied : label}
      </Button>
    </div>
  )
}
