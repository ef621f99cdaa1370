import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { MarkSupportThreadRead } from '@/api/generated/mark-support-thread-read'
import { ReopenSupportThread } from '@/api/generated/reopen-support-thread'
import { ResolveSupportThread } from '@/api/generated/resolve-support-thread'
import { SupportMessagePosted } from '@/api/generated/support-message-posted'
import { SupportThread } from '@/api/generated/support-thread'
import { useAct, useLive, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Composer } from './Composer'
import { Messages } from './Messages'
import { type Thread, toneOf } from './threads'

const PAGE = 50
const MOST = 100

/** One conversation, as it goes on. */
export function ThreadPanel({ id }: { id: string }) {
  const [limit, setLimit] = useState(PAGE)
  const read = useRead(SupportThread, { id, limit })
  useLive(SupportMessagePosted, { id, limit })
  const thread = read.data?.supportThread
  useReading(thread ?? null)
  return (
    <section className="flex min-h-[420px] min-w-0 flex-col rounded-card border border-line bg-surface shadow-card lg:h-[calc(100dvh-250px)]">
      <Answer read={read}>
        {({ supportThread }) =>
          supportThread && (
            <>
              <Head thread={supportThread} />
              <Messages
                thread={supportThread}
                onEarlier={
                  limit < MOST && supportThread.messageCount > supportThread.messages.nodes.length
                    ? () => setLimit(MOST)
                    : undefined
                }
              />
              <Composer thread={supportThread} />
            </>
          )
        }
      </Answer>
    </section>
  )
}

/** Whoever has a conversation before their eyes has read it. */
function useReading(thread: Thread | null) {
  const [mark] = useAct(MarkSupportThreadRead)
  const id = thread?.id
  const last = thread?.messages.nodes.at(-1)?.number
  const isUnread = (thread?.unreadCount ?? 0) > 0
  useEffect(() => {
    if (id && last && isUnread && !document.hidden) void mark({ input: { id, number: last } })
  }, [id, last, isUnread, mark])
}

function Head({ thread }: { thread: Thread }) {
  const { t } = useTranslation('support')
  const { partner } = useStanding()
  const { time } = useFormats()
  const [resolve, isResolving] = useAct(ResolveSupportThread)
  const [reopen, isReopening] = useAct(ReopenSupportThread)
  const tell = useTelling()
  const input = { id: thread.id }
  const isResolved = thread.status === 'RESOLVED'
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-5 py-3.5">
      <Link
        to="/support"
        aria-label={t('title')}
        className="-ml-2 rounded-control p-1.5 text-soft hover:text-ink lg:hidden"
      >
        <Icon name="left" />
      </Link>
      <div className="min-w-0 flex-1 basis-56">
        <h2 className="truncate text-lg font-semibold">{thread.subject}</h2>
        <p className="truncate text-[13px] text-soft">
          {[
            t(`categories.${thread.category}`),
            !partner && thread.partner?.name,
            thread.assigneeName && t('thread.assignee', { name: thread.assigneeName }),
            !thread.firstResponseAt &&
              thread.firstResponseDueAt &&
              t('thread.answerBy', { time: time(thread.firstResponseDueAt) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <Badge tone={toneOf(thread.status, !partner)}>{t(`status.${thread.status}`)}</Badge>
      <Button
        isSmall
        isBusy={isResolving || isReopening}
        onClick={async () =>
          isResolved
            ? tell(await reopen({ input }), t('thread.reopened'))
            : tell(await resolve({ input }), t('thread.resolved'))
        }
      >
        {isResolved ? t('thread.reopen') : t('thread.resolve')}
      </Button>
    </header>
  )
}
