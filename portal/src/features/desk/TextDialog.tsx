import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '@/api/refusals'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { TextArea } from '@/ui/Field'

interface Props {
  title: string
  label: string
  submit: string
  done: string
  isBusy: boolean
  isOpen: boolean
  onClose: () => void
  onSubmit: (text: string) => Promise<Outcome<unknown>>
}

/** An act that needs some words. */
export function TextDialog({ title, label, submit, done, isBusy, isOpen, onClose, onSubmit }: Props) {
  const { t: common } = useTranslation()
  const form = useId()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const tell = useTelling()

  async function send(event: FormEvent) {
    event.preventDefault()
    const outcome = await onSubmit(text.trim())
    setProblem(outcome.refusal?.fields ? outcome.refusal.message : undefined)
    if (!tell(outcome, done)) return
    setText('')
    onClose()
  }

  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={common('act.close')}
      actions={
        <>
          <Button onClick={onClose}>{common('act.cancel')}</Button>
          <Button type="submit" form={form} look="first" isBusy={isBusy}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={send}>
        <TextArea
          label={label}
          error={problem}
          required
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Dialog>
  )
}
