import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IntroductionNotes } from '@/api/generated/introduction-notes'
import { NoteIntroduction } from '@/api/generated/note-introduction'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextArea } from '@/ui/Field'

const TONES: Record<string, Tone> = {
  DELIVERED: 'good',
  OPENED: 'good',
  CLICKED: 'good',
  DEFERRED: 'warn',
  BOUNCED: 'bad',
  COMPLAINED: 'bad',
  DROPPED: 'bad',
}

/** What only the platform's staff sees: its notes, and what became of the mails. */
export function StaffOnly({ id }: { id: string }) {
  const { t } = useTranslation('introductions')
  const { time } = useFormats()
  const [text, setText] = useState('')
  const { data } = useRead(IntroductionNotes, { id })
  const [note, isBusy] = useAct(NoteIntroduction)
  const tell = useTelling()
  const events = data?.introduction?.mailEvents.nodes ?? []

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (tell(await note({ input: { id, text } }), t('done.noted'))) setText('')
  }

  return (
    <Card
      title={t('staff')}
      aside={
        <Link
          to="/admin/desk"
          search={{ introduction: id } as never}
          className={buttonClasses('plain', true)}
        >
          {t('toDesk')}
        </Link>
      }
    >
      {data?.introduction?.notes && (
        <p className="mb-4 text-[14px] whitespace-pre-line">{data.introduction.notes}</p>
      )}
      <form onSubmit={submit} className="grid gap-3">
        <TextArea
          label={t('addNote')}
          rows={2}
          required
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" isSmall className="justify-self-end" isBusy={isBusy}>
          {t('noteAdd')}
        </Button>
      </form>
      {events.length > 0 && (
        <details className="mt-2">
          <summary className="text-[14px] font-semibold text-link">
            {t('mails', { count: events.length })}
          </summary>
          <ul className="mt-3 grid gap-2 text-[13px]">
            {events.map((event) => (
              <li key={event.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Badge tone={TONES[event.kind] ?? 'plain'}>{t(`mailEvent.${event.kind}`)}</Badge>
                <span>{t(`mailParty.${event.party}`)}</span>
                <span className="text-soft">{time(event.happenedAt)}</span>
                {event.detail && <span className="text-soft">{event.detail}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  )
}
