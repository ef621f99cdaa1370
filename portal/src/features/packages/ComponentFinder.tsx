import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FindComponents, type FindComponentsQuery } from '@/api/generated/find-components'
import { useRead } from '@/api/hooks'
import { TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'

export type Found = FindComponentsQuery['searchPackages']['nodes'][number]
const PAUSE_MS = 300

/** Finds what is on sale by words, and puts it in. */
export function ComponentFinder({ onFound }: { onFound: (found: Found) => void }) {
  const { t } = useTranslation('packages')
  const words = useTranslation('selling').t
  const [typed, setTyped] = useState('')
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const { data } = useRead(FindComponents, { text, limit: 6 }, { pause: !text })
  const found = text ? data?.searchPackages.nodes : undefined
  return (
    <div className="grid gap-2 rounded-control border border-dashed border-line p-4">
      <TextField
        label={t('items.find')}
        placeholder={t('items.findHint')}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <div aria-live="polite">
        {found?.length === 0 && <p className="text-soft">{t('items.nothingFound')}</p>}
        <ul className="grid gap-1">
          {found?.map((hit) => (
            <li key={hit.packageId}>
              <button
                type="button"
                onClick={() => {
                  setTyped('')
                  setText('')
                  onFound(hit)
                }}
                className="flex w-full items-center gap-3 rounded-control px-3 py-2 text-left hover:bg-raised"
              >
                <Icon name="plus" className="size-4 text-link" />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium">{hit.name}</span>
                  <span className="block text-[13px] text-soft">
                    {words('by', { partner: hit.partnerName })}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
