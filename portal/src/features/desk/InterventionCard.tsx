import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ResolveIntervention } from '@/api/generated/resolve-intervention'
import { TakeIntervention } from '@/api/generated/take-intervention'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Acts } from './Acts'
import { type Intervention, KIND_TONES } from './queue'
import { TextDialog } from './TextDialog'

/** One introduction that needs a human: why, who sees to it, and what can be done. */
export function InterventionCard({ found }: { found: Intervention }) {
  const { t } = useTranslation('desk')
  const { t: words } = useTranslation('introductions')
  const { relative, time } = useFormats()
  const [isResolving, setResolving] = useState(false)
  const [take, isTaking] = useAct(TakeIntervention)
  const [resolve, isBusy] = useAct(ResolveIntervention)
  const tell = useTelling()
  const { introduction } = found
  const isOpen = !found.resolvedAt
  const names = [introduction?.contractor?.name, introduction?.partner?.name].filter(Boolean).join(' × ')

  return (
    <article className="rounded-card border border-line bg-surface p-5 shadow-card">
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="mb-1.5 flex flex-wrap items-center gap-2 text-[13px] text-soft">
            <Badge tone={KIND_TONES[found.kind]}>{t(`kind.${found.kind}`)}</Badge>
            {introduction && <Badge>{words(`stage.${introduction.stage}`)}</Badge>}
            <time dateTime={found.openedAt} title={time(found.openedAt)}>
              {relative(found.openedAt)}
            </time>
          </p>
          <h2 className="text-[16px] font-semibold">
            {introduction ? (
              <Link to="/introductions/$id" params={{ id: introduction.id }} className="hover:text-link">
                {names || t('unnamed')}
              </Link>
            ) : (
              t('unnamed')
            )}
          </h2>
          <p className="mt-1 text-soft">{found.reason}</p>
          {introduction && introduction.reminderCount > 0 && (
            <p className="mt-1 text-[13px] text-soft">
              {t('reminded', { count: introduction.reminderCount })}
            </p>
          )}
        </div>
        <p className="text-[13px]">
          {found.assigneeName ? (
            <Badge tone="good">{t('seenToBy', { name: found.assigneeName })}</Badge>
          ) : (
            isOpen && <Badge tone="warn">{t('nobody')}</Badge>
          )}
        </p>
      </header>
      {found.resolvedAt && (
        <p className="mt-3 rounded-control bg-raised px-4 py-3 text-[14px]">
          <span className="block text-[13px] text-soft">
            {found.resolvedBy === 'system'
              ? t('overByItself', { time: time(found.resolvedAt) })
              : t('resolvedAt', { time: time(found.resolvedAt) })}
          </span>
          {found.resolution}
        </p>
      )}
      {isOpen && (
        <div className="mt-4 flex flex-wrap gap-2">
          {!found.assigneeName && (
            <Button
              look="first"
              isSmall
              isBusy={isTaking}
              onClick={async () => tell(await take({ input: { id: found.id } }), t('taken'))}
            >
              {t('act.take')}
            </Button>
          )}
          {introduction && (
            <Acts
              id={introduction.id}
              stage={introduction.stage}
              contractorId={introduction.contractor?.id ?? null}
              hasTime={!!introduction.scheduledAt}
            />
          )}
          <Button isSmall look={found.assigneeName ? 'first' : 'plain'} onClick={() => setResolving(true)}>
            {t('act.resolve')}
          </Button>
          <TextDialog
            title={t('act.resolve')}
            label={t('resolution')}
            submit={t('act.resolve')}
            isBusy={isBusy}
            isOpen={isResolving}
            onClose={() => setResolving(false)}
            onSubmit={(resolution) => resolve({ input: { id: found.id, resolution } })}
            done={t('resolved')}
          />
        </div>
      )}
    </article>
  )
}
