import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { type InterventionKind, Interventions } from '@/api/generated/interventions'
import { useRead } from '@/api/hooks'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Select } from '@/ui/Field'
import { Empty } from '@/ui/States'
import { InterventionCard } from './InterventionCard'
import { inOrder, KINDS } from './queue'

const PAGE = 25
const MOST = 100
/** There is no subscription to the queue: it is asked again while somebody looks. */
const ANEW_MS = 15_000

interface Props {
  isOpen: boolean
  kind: InterventionKind | null
  introductionId: string | null
  onKind: (kind: InterventionKind | undefined) => void
}

/** What waits for a human, or what became of it. */
export function Queue({ isOpen, kind, introductionId, onKind }: Props) {
  const { t } = useTranslation('desk')
  const { t: common } = useTranslation()
  const [first, setFirst] = useState(PAGE)
  const read = useRead(Interventions, { first, after: null, kind, isOpen, introductionId })
  const { reload } = read
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), ANEW_MS)
    return () => clearInterval(timer)
  }, [reload])
  return (
    <>
      <Select
        className="mb-5 max-w-[260px]"
        label={t('kindFilter')}
        value={kind ?? ''}
        onChange={(event) => onKind((event.target.value as InterventionKind) || undefined)}
        options={[
          { value: '', label: t('allKinds') },
          ...KINDS.map((value) => ({ value, label: t(`kind.${value}`) })),
        ]}
      />
      <Answer read={read}>
        {({ interventions: { nodes, pageInfo } }) =>
          nodes.length === 0 ? (
            <Card>
              <Empty icon={isOpen ? 'check' : 'inbox'} title={isOpen ? t('nothing') : t('nothingDone')}>
                {isOpen ? t('nothingText') : t('nothingDoneText')}
              </Empty>
            </Card>
          ) : (
            <>
              <p className="sr-only" aria-live="polite">
                {t('found', { count: nodes.length })}
              </p>
              <ol className="grid gap-4">
                {(isOpen ? inOrder(nodes) : nodes).map((each) => (
                  <li key={each.id}>
                    <InterventionCard found={each} />
                  </li>
                ))}
              </ol>
              {pageInfo.hasNextPage && first < MOST && (
                <Button className="mt-4" isSmall onClick={() => setFirst(first + PAGE)}>
                  {common('act.more')}
                </Button>
              )}
            </>
          )
        }
      </Answer>
    </>
  )
}
