import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Problem } from '@/ui/States'
import { Basics } from './Basics'
import { BuilderActions } from './BuilderActions'
import { CONSENT_TONES } from './Consents'
import { Discounts } from './Discounts'
import { type Draft, draftOf, type Packaged } from './draft'
import { Items } from './Items'
import { PreviewCard } from './PreviewCard'
import { Prices } from './Prices'
import { type Problems, problemsOf } from './problems'
import { Tiers } from './Tiers'

export interface Part {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  /** What is wrong at a path, in words, once one tried to save. */
  wrongAt: (path: string) => string | undefined
}

interface Props {
  start: Draft
  packaged: Packaged | null
  partner: { id: string; name: string }
  onCreated?: (id: string) => void
  onReload?: () => void
}

/** A package as it is written: what is in it, what it costs, what comes back; beside it what a buyer pays. */
export function Builder({ start, packaged, partner, onCreated, onReload }: Props) {
  const { t } = useTranslation('packages')
  const [draft, setDraft] = useState(start)
  const [sequence, setSequence] = useState(packaged?.sequence ?? 0)
  const [isDirty, setDirty] = useState(false)
  const [isStale, setStale] = useState(false)
  const [isTaking, setTaking] = useState(false)
  const [isTried, setTried] = useState(false)
  const [refused, setRefused] = useState<Problems>({})
  const problems = { ...problemsOf(draft), ...refused }

  const part: Part = {
    draft,
    onChange(change) {
      setDraft((before) => ({ ...before, ...change }))
      setDirty(true)
      setRefused({})
    },
    wrongAt(path) {
      const wrong = problems[path]
      return isTried && wrong ? t(`problem.${wrong}`) : undefined
    },
  }

  // Theirs may still be on its way when one asks for it.
  const hasTheirs = packaged !== null && packaged.sequence > sequence
  useEffect(() => {
    if (!isTaking || !hasTheirs) return
    setDraft(draftOf(packaged))
    setSequence(packaged.sequence)
    setDirty(false)
    setStale(false)
    setTaking(false)
  }, [isTaking, hasTheirs, packaged])

  return (
    <div className="grid gap-6 lg:grid-cols-[1fr_380px]">
      <div className="grid min-w-0 content-start gap-5">
        {isStale && (
          <div className="grid gap-3">
            <Problem title={t('act.stale')} message={t('act.staleText')} />
            <Button className="justify-self-start" isBusy={isTaking} onClick={() => setTaking(true)}>
              {t('act.reload')}
            </Button>
          </div>
        )}
        <Basics part={part} isNew={!packaged} />
        <Items part={part} partner={partner} />
        <Prices part={part} />
        <Discounts part={part} />
        <Tiers part={part} />
      </div>
      <div className="grid content-start gap-5 lg:sticky lg:top-20 lg:max-h-[calc(100dvh-6rem)] lg:self-start lg:overflow-y-auto">
        <BuilderActions
          draft={draft}
          packaged={packaged}
          partnerId={partner.id}
          sequence={sequence}
          isDirty={isDirty}
          problems={Object.keys(problems).length}
          isTried={isTried}
          onTry={() => setTried(true)}
          onSaved={(saved) => {
            setSequence(saved.sequence)
            setDirty(false)
            setStale(false)
            if (!packaged) onCreated?.(saved.id)
          }}
          onStale={() => {
            setStale(true)
            onReload?.()
          }}
          onRefused={(fields) =>
            setRefused(Object.fromEntries(fields.map((field) => [field, field === 'sku' ? 'sku' : 'needed'])))
          }
        />
        <PreviewCard draft={draft} partner={partner} />
        {packaged && packaged.consents.nodes.length > 0 && <Agreements packaged={packaged} />}
      </div>
    </div>
  )
}

/** Who has to agree, and whether they did. */
function Agreements({ packaged }: { packaged: Packaged }) {
  const { t } = useTranslation('packages')
  const newest = Math.max(...packaged.consents.nodes.map((consent) => consent.version))
  return (
    <Card title={t('consent.mine')}>
      <ul className="grid gap-2.5" aria-live="polite">
        {packaged.consents.nodes
          .filter((consent) => consent.version === newest)
          .map((consent) => (
            <li key={consent.id} className="flex items-center justify-between gap-3">
              <span className="min-w-0 truncate">{consent.partner?.name}</span>
              <Badge tone={CONSENT_TONES[consent.status]}>{t(`consent.status.${consent.status}`)}</Badge>
            </li>
          ))}
      </ul>
    </Card>
  )
}
