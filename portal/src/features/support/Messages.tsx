import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Icon } from '@/ui/Icon'
import { blocksOf, type Message, type Thread } from './threads'

/** What was written, oldest first; the newest is in sight. */
export function Messages({ thread, onEarlier }: { thread: Thread; onEarlier: (() => void) | undefined }) {
  const { t } = useTranslation('support')
  const end = useRef<HTMLDivElement>(null)
  const messages = thread.messages.nodes
  const last = messages.at(-1)?.number
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is scrolled to
  useEffect(() => {
    const list = end.current
    if (list) list.scrollTop = list.scrollHeight
  }, [last])
  return (
    <div
      ref={end}
      role="log"
      aria-label={t('thread.list')}
      tabIndex={0}
      className="flex-1 space-y-5 overflow-y-auto px-5 py-5"
    >
      {onEarlier && (
        <div className="text-center">
          <Button isSmall look="quiet" onClick={onEarlier}>
            {t('thread.earlier')}
          </Button>
        </div>
      )}
      {blocksOf(messages).map((block) => (
        <Block key={block[0]?.id} block={block} />
      ))}
    </div>
  )
}

function Block({ block }: { block: readonly Message[] }) {
  const { t } = useTranslation('support')
  const { me, partner } = useStanding()
  const { time } = useFormats()
  const [first] = block
  if (!first) return null
  const isMine = first.author === me.id
  const isOurs = partner ? first.side === 'PARTNER' : first.side === 'PLATFORM'
  return (
    <div className={classes('flex flex-col gap-1', isOurs ? 'items-end' : 'items-start')}>
      <p className="flex items-center gap-2 px-1 text-[12px] text-soft">
        {!isMine && <span className="font-semibold">{first.authorName}</span>}
        {first.side === 'PLATFORM' && <Badge tone="brand">{t('thread.platform')}</Badge>}
        {time(first.at)}
      </p>
      {block.map((message) => (
        <div
          key={message.id}
          className={classes(
            'max-w-[85%] rounded-card px-4 py-2.5 break-words whitespace-pre-wrap sm:max-w-[75%]',
            isOurs ? 'rounded-tr-sm bg-brand-soft' : 'rounded-tl-sm bg-raised',
          )}
        >
          {message.text}
          {message.attachments.map(
            ({ position, upload }) =>
              upload?.url && (
                <a
                  key={position}
                  href={upload.url}
                  download={upload.fileName}
                  className="mt-2 flex items-center gap-1.5 text-[14px] font-semibold text-link"
                >
                  <Icon name="clip" className="size-4" />
                  {upload.fileName}
                </a>
              ),
          )}
        </div>
      ))}
    </div>
  )
}
