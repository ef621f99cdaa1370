import { useTranslation } from 'react-i18next'
import { useTelling } from '@/api/telling'
import { useUpload } from '@/api/uploads'
import { Card } from '@/ui/Card'
import { FileDrop } from '@/ui/FileDrop'
import { Icon } from '@/ui/Icon'
import type { Part } from './Builder'
import { movedUp, without } from './rows'

const MOST = 20
const BUTTON = 'rounded-control bg-surface/90 p-1.5 text-ink hover:text-link'

/** The pictures, in the order they are shown; the first is the large one. */
export function Images({ part: { draft, onChange }, partnerId }: { part: Part; partnerId: string }) {
  const { t } = useTranslation('packages')
  const { send, progress } = useUpload(partnerId, 'PACKAGE_IMAGE')
  const tell = useTelling()
  async function add(file: File) {
    const sent = tell(await send(file))
    if (sent) onChange({ images: [...draft.images, { key: sent.id, url: sent.url, name: sent.fileName }] })
  }
  return (
    <Card title={t('images.title')}>
      <div className="grid gap-4">
        {draft.images.length > 0 && (
          <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3" aria-live="polite">
            {draft.images.map((image, index) => (
              <li key={image.key} className="relative">
                <img
                  src={image.url ?? undefined}
                  alt={image.name}
                  className="aspect-[4/3] w-full rounded-control bg-raised object-cover"
                />
                <span className="absolute top-2 right-2 flex gap-1">
                  {index > 0 && (
                    <button
                      type="button"
                      aria-label={t('prices.up', { name: image.name })}
                      onClick={() => onChange({ images: movedUp(draft.images, image.key) })}
                      className={BUTTON}
                    >
                      <Icon name="left" className="size-4" />
                    </button>
                  )}
                  <button
                    type="button"
                    aria-label={t('items.remove', { name: image.name })}
                    onClick={() => onChange({ images: without(draft.images, image.key) })}
                    className={BUTTON}
                  >
                    <Icon name="close" className="size-4" />
                  </button>
                </span>
              </li>
            ))}
          </ul>
        )}
        {draft.images.length < MOST && (
          <FileDrop
            isSmall
            label={t('images.add')}
            hint={t('images.hint')}
            accept="image/jpeg,image/png,image/webp"
            progress={progress}
            progressLabel={t('images.sending')}
            onFile={(file) => void add(file)}
          />
        )}
      </div>
    </Card>
  )
}
