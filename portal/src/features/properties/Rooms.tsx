import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { NEW_ROOM, type RoomDraft } from './draft'
import type { PartProps } from './LineField'
import { Problems } from './problems'

const PARTS = ['code', 'name', 'quantity', 'maxOccupancy'] as const

/** The kinds of rooms, one a row. */
export function Rooms({ writing }: PartProps) {
  const { t } = useTranslation('properties')
  const { rooms } = writing.draft
  const change = (next: readonly RoomDraft[]) => writing.change({ rooms: next }, 'ROOM_TYPES')
  return (
    <Card
      title={t('form.rooms')}
      aside={
        <Button isSmall onClick={() => change([...rooms, NEW_ROOM])}>
          <Icon name="plus" className="size-4" />
          {t('room.add')}
        </Button>
      }
    >
      {rooms.length === 0 && <p className="text-soft">{t('room.none')}</p>}
      <ul className="grid gap-4">
        {rooms.map((room, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands in its place
            key={index}
            className="grid grid-cols-2 items-end gap-3 border-b border-line/60 pb-4 last:border-0 last:pb-0 sm:grid-cols-[110px_1fr_90px_120px_auto]"
          >
            {PARTS.map((part) => (
              <TextField
                key={part}
                label={t(`room.${part}`)}
                value={room[part]}
                inputMode={part === 'quantity' || part === 'maxOccupancy' ? 'numeric' : 'text'}
                onChange={(event) =>
                  change(
                    rooms.map((each, at) => (at === index ? { ...each, [part]: event.target.value } : each)),
                  )
                }
              />
            ))}
            <Button
              look="quiet"
              className="justify-self-end"
              aria-label={t('room.remove', { row: index + 1 })}
              onClick={() => change(rooms.filter((_, at) => at !== index))}
            >
              <Icon name="close" className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
      <div className="mt-3">
        <Problems problems={writing.problemsOf('ROOM_TYPES')} onCorrect={writing.changeLine} />
      </div>
    </Card>
  )
}
