import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '@/ui/classes'
import { Cover } from './Cover'
import type { Shown } from './rules'

/** The pictures, one large; where there are none, what is in it. */
export function Gallery({ shown }: { shown: Shown }) {
  const { t } = useTranslation('shop')
  const [at, setAt] = useState(0)
  const urls = shown.images.flatMap(({ upload }) => (upload?.url ? [upload.url] : []))
  const large = urls[at] ?? urls[0]
  if (!large) {
    const kinds = [...new Set(shown.items.map((item) => item.kind))]
    return <Cover kinds={kinds} className="h-44 rounded-card sm:h-56" />
  }
  return (
    <section aria-label={t('package.images')} className="grid gap-2.5">
      <img
        src={large}
        alt={t('package.image', { number: at + 1, name: shown.name })}
        className="aspect-[16/9] w-full rounded-card object-cover"
      />
      {urls.length > 1 && (
        <ul className="flex gap-2 overflow-x-auto">
          {urls.map((url, index) => (
            <li key={url}>
              <button
                type="button"
                aria-pressed={index === at}
                aria-label={t('package.image', { number: index + 1, name: shown.name })}
                onClick={() => setAt(index)}
                className={classes(
                  'rounded-control border-2',
                  index === at ? 'border-brand' : 'border-transparent',
                )}
              >
                <img src={url} alt="" loading="lazy" className="h-16 w-24 rounded-[7px] object-cover" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
