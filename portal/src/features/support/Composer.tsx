import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PostSupportMessage } from '@/api/generated/post-support-message'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Attachments, useAttachments } from './Attachments'
import type { Thread } from './threads'

/** Where the next message is written. */
export function Composer({ thread }: { thread: Thread }) {
  const { t } = useTranslation('support')
  const [post, isBusy] = useAct(PostSupportMessage)
  const [text, setText] = useState('')
  const attachments = useAttachments(thread.partner?.id ?? '')
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())
  const form = useRef<HTMLFormElement>(null)

  async function send(event: FormEvent) {
    event.preventDefault()
    if (!text.trim() || isBusy) return
    const outcome = await post({
      input: {
        threadId: thread.id,
        text,
        attachmentIds: attachments.files.map(({ id }) => id),
        idempotencyKey: key.current,
      },
    })
    key.current = crypto.randomUUID()
    if (!tell(outcome)) return
    setText('')
    attachments.clear()
  }

  function press(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
  }

  return (
    <form ref={form} onSubmit={send} className="grid gap-2.5 border-t border-line px-5 py-4">
      <textarea
        aria-label={t('thread.write')}
        placeholder={t('thread.write')}
        title={t('thread.hint')}
        rows={3}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        className="w-full resize-none rounded-control border border-line bg-ground px-3 py-2 placeholder:text-soft/80 hover:border-soft"
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Attachments {...attachments} />
        <Button type="submit" look="first" isBusy={isBusy} disabled={!text.trim()} className="ml-auto">
          <Icon name="send" className="size-4" />
          {t('send')}
        </Button>
      </div>
    </form>
  )
}
