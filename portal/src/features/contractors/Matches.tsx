import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Matches as Asked } from '@/api/generated/matches'
import { useRead } from '@/api/hooks'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/States'
import type { Found } from './ContractorView'
import { MatchCard } from './MatchCard'

const PAGE = 10
const MOST = 50

/** The partners that fit a company, the best first. */
export function Matches({ contractor }: { contractor: Found }) {
  const { t } = useTranslation('contractors')
  const { t: common } = useTranslation()
  const [first, setFirst] = useState(PAGE)
  const read = useRead(Asked, { contractorId: contractor.id, first })
  return (
    <Answer read={read}>
      {({ matches }) =>
        !matches?.length ? (
          <Card>
            <Empty icon="search" title={t('noMatches')}>
              {t('noMatchesText')}
            </Empty>
          </Card>
        ) : (
          <>
            <p className="mb-4 text-[13px] text-soft" aria-live="polite">
              {t('fit', { count: matches.length })}
            </p>
            <ol className="grid gap-4 lg:grid-cols-2">
              {matches.map((match) => (
                <li key={match.partner.id}>
                  <MatchCard match={match} contractor={contractor} />
                </li>
              ))}
            </ol>
            {matches.length === first && first < MOST && (
              <Button className="mt-4" isSmall onClick={() => setFirst(first + PAGE)}>
                {common('act.more')}
              </Button>
            )}
          </>
        )
      }
    </Answer>
  )
}
