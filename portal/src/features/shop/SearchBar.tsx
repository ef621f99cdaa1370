import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { type Wanted, wantedOf } from './filters'

/** What, where and when; a day counts at once, words when they are sent. */
export function SearchBar({ wanted, onWant }: { wanted: Wanted; onWant: (next: Wanted) => void }) {
  const { t } = useTranslation('shop')
  const words = useTranslation('selling').t
  const form = useRef<HTMLFormElement>(null)
  const today = new Date().toISOString().slice(0, 10)

  function send(event?: FormEvent) {
    event?.preventDefault()
    if (!form.current) return
    const { text, where, from, to } = Object.fromEntries(new FormData(form.current))
    onWant({ ...wanted, ...EMPTY, ...wantedOf({ text, where, from, to }) })
  }

  return (
    <search className="block">
      <form
        ref={form}
        onSubmit={send}
        className="grid gap-3 rounded-card border border-line bg-surface p-4 shadow-card grid-cols-2 lg:grid-cols-[1.4fr_1.2fr_170px_170px_auto]"
      >
        <TextField
          className="col-span-2 sm:col-span-1"
          label={t('discover.text')}
          name="text"
          type="search"
          defaultValue={wanted.text}
          placeholder={t('discover.textHint')}
          maxLength={100}
        />
        <TextField
          className="col-span-2 sm:col-span-1"
          label={t('discover.destination')}
          name="where"
          defaultValue={wanted.where}
          placeholder={t('discover.destinationHint')}
          maxLength={100}
        />
        <TextField label={words('from')} name="from" type="date" min={today} defaultValue={wanted.from} />
        <TextField
          label={words('to')}
          name="to"
          type="date"
          min={wanted.from ?? today}
          defaultValue={wanted.to}
        />
        <Button type="submit" look="first" className="col-span-2 self-end lg:col-span-1">
          <Icon name="search" className="size-4" />
          {t('discover.search')}
        </Button>
      </form>
    </search>
  )
}

const EMPTY: Wanted = { text: undefined, where: undefined, from: undefined, to: undefined }
