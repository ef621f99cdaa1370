import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select, TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { type ContactDraft, NEW_CONTACT } from './draft'
import { CONTACT_KINDS } from './kinds'
import type { PartProps } from './LineField'
import { Problems } from './problems'

const PARTS = [
  { part: 'name', type: 'text' },
  { part: 'email', type: 'email' },
  { part: 'phone', type: 'tel' },
] as const

/** Whom to ask, one a row. */
export function Contacts({ writing }: PartProps) {
  const { t } = useTranslation('properties')
  const { contacts } = writing.draft
  const change = (next: readonly ContactDraft[]) => writing.change({ contacts: next }, 'CONTACTS')
  const put = (index: number, part: Partial<ContactDraft>) =>
    change(contacts.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <Card
      title={t('form.contacts')}
      aside={
        <Button isSmall onClick={() => change([...contacts, NEW_CONTACT])}>
          <Icon name="plus" className="size-4" />
          {t('contact.add')}
        </Button>
      }
    >
      {contacts.length === 0 && <p className="text-soft">{t('contact.none')}</p>}
      <ul className="grid gap-4">
        {contacts.map((contact, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands in its place
            key={index}
            className="grid grid-cols-2 items-end gap-3 border-b border-line/60 pb-4 last:border-0 last:pb-0 sm:grid-cols-[150px_1fr_1fr_1fr_auto]"
          >
            <Select
              label={t('contact.kind')}
              value={contact.kind}
              options={CONTACT_KINDS.map((value) => ({
                value: value as string,
                label: t(`contactKind.${value}`),
              }))}
              onChange={(event) => put(index, { kind: event.target.value as ContactDraft['kind'] })}
            />
            {PARTS.map(({ part, type }) => (
              <TextField
                key={part}
                type={type}
                label={t(`contact.${part}`)}
                value={contact[part]}
                onChange={(event) => put(index, { [part]: event.target.value })}
              />
            ))}
            <Button
              look="quiet"
              className="justify-self-end"
              aria-label={t('contact.remove', { row: index + 1 })}
              onClick={() => change(contacts.filter((_, at) => at !== index))}
            >
              <Icon name="close" className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
      <div className="mt-3">
        <Problems problems={writing.problemsOf('CONTACTS')} onCorrect={writing.changeLine} />
      </div>
    </Card>
  )
}
