import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ArchivePackage } from '@/api/generated/archive-package'
import { CreatePackage } from '@/api/generated/create-package'
import { PublishPackage } from '@/api/generated/publish-package'
import { UpdatePackageDraft } from '@/api/generated/update-package-draft'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { Badge, type Tone } from '@/ui/Badge'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Dialog } from '@/ui/Dialog'
import { contentOf } from './content'
import type { Draft, Packaged } from './draft'

interface Saved {
  id: string
  sequence: number
}

interface Props {
  draft: Draft
  packaged: Packaged | null
  partnerId: string
  sequence: number
  isDirty: boolean
  problems: number
  isTried: boolean
  onTry: () => void
  onSaved: (saved: Saved) => void
  onStale: () => void
  onRefused: (fields: readonly string[]) => void
}

const TONES: Record<Packaged['status'], Tone> = { DRAFT: 'warn', PUBLISHED: 'good', ARCHIVED: 'plain' }

/** Keep it, put it on sale, take it off. */
export function BuilderActions(props: Props) {
  const { t } = useTranslation('packages')
  const { packaged, isDirty, problems, isTried } = props
  const { save, publish, isBusy } = useKeeping(props)
  const [isAsking, setAsking] = useState(false)
  return (
    <Card>
      <div className="grid gap-3">
        <p className="flex flex-wrap gap-1.5" aria-live="polite">
          {packaged && <Badge tone={TONES[packaged.status]}>{t(`status.${packaged.status}`)}</Badge>}
          {isDirty && <Badge tone="info">{t('act.dirty')}</Badge>}
          {isTried && problems > 0 && <Badge tone="bad">{t('problem.some', { count: problems })}</Badge>}
        </p>
        <Button look={packaged ? 'plain' : 'first'} isBusy={isBusy} onClick={() => void save(true)}>
          {t('act.saveDraft')}
        </Button>
        {packaged && (
          <Button look="first" isBusy={isBusy} onClick={() => void publish()}>
            {t('act.publish')}
          </Button>
        )}
        {packaged?.status === 'PUBLISHED' && (
          <>
            <Link to="/packages/$id" params={{ id: packaged.id }} className={buttonClasses('quiet')}>
              {t('act.view')}
            </Link>
            <Button look="danger" onClick={() => setAsking(true)}>
              {t('act.archive')}
            </Button>
          </>
        )}
      </div>
      {packaged && <Archiving id={packaged.id} isOpen={isAsking} onClose={() => setAsking(false)} />}
    </Card>
  )
}

function useKeeping({
  draft,
  packaged,
  partnerId,
  sequence,
  isDirty,
  problems,
  onTry,
  onSaved,
  onStale,
  onRefused,
}: Props) {
  const { t } = useTranslation('packages')
  const [create, isCreating] = useAct(CreatePackage)
  const [update, isUpdating] = useAct(UpdatePackageDraft)
  const [put, isPublishing] = useAct(PublishPackage)
  const tell = useTelling()
  const key = useRef(crypto.randomUUID())

  async function save(isTold: boolean): Promise<Saved | undefined> {
    onTry()
    if (problems > 0) return undefined
    const content = contentOf(draft)
    const outcome = packaged
      ? await update({ input: { ...content, id: packaged.id, sequence } })
      : await create({
          input: {
            ...content,
            partnerId,
            sku: draft.sku.trim(),
            timeZone: draft.timeZone.trim(),
            isDraft: true,
            idempotencyKey: key.current,
          },
        })
    if (outcome.refusal) {
      key.current = crypto.randomUUID()
      if (outcome.refusal.code === 'STALE_VERSION') onStale()
      onRefused(outcome.refusal.code === 'SKU_TAKEN' ? ['sku'] : (outcome.refusal.fields ?? []))
    }
    const saved = tell(outcome, isTold ? t('act.saved') : undefined)
    if (saved) onSaved(saved)
    return saved
  }

  async function publish() {
    if (!packaged) return
    if (isDirty && !(await save(false))) return
    const published = tell(await put({ input: { id: packaged.id } }), t('act.published'))
    if (published) onSaved(published)
  }

  return { save, publish, isBusy: isCreating || isUpdating || isPublishing }
}

function Archiving({ id, isOpen, onClose }: { id: string; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('packages')
  const frame = useTranslation().t
  const [archive, isBusy] = useAct(ArchivePackage)
  const tell = useTelling()
  return (
    <Dialog
      title={t('act.archive')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={frame('act.close')}
      actions={
        <>
          <Button onClick={onClose}>{frame('act.cancel')}</Button>
          <Button
            look="danger"
            isBusy={isBusy}
            onClick={async () => {
              if (tell(await archive({ input: { id } }), t('act.archived'))) onClose()
            }}
          >
            {t('act.archive')}
          </Button>
        </>
      }
    >
      <p>{t('act.archiveText')}</p>
    </Dialog>
  )
}
