import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Introductions, type IntroductionsQuery } from '@/api/generated/introductions'
import { useRead } from '@/api/hooks'
import { useStanding } from '@/api/viewer'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { isTurnOf } from './acts'
import { Board } from './Board'
import { BoardSkeleton } from './BoardSkeleton'
import { isNamed, type Shown } from './board'
import { Companies } from './Companies'
import { Filters } from './Filters'
import { type Contractor, useSides } from './sides'

export type Row = IntroductionsQuery['introductions']['nodes'][number]

export interface BoardSearch {
  /** Whose: a partner's or a contractor's id. */
  whom?: string
  shown?: Shown
  name?: string
  mine?: true
}

const PAGE = 50
const MOST = 100
/** What others began is looked for now and then: there is no subscription to a list. */
const ANEW_MS = 45_000

/** All introductions one sees, by how far they came. */
export function IntroductionsView() {
  const { t } = useTranslation('introductions')
  const { partner, may } = useStanding()
  const { contractors, isStaff, isKnown } = useSides()
  return (
    <Page
      title={t('title')}
      lead={isStaff ? t('leadStaff') : contractors.length && !partner ? t('leadContractor') : t('lead')}
      actions={
        <>
          {partner && may('READ_INTRODUCTIONS') && (
            <Link to="/introductions/profile" className={buttonClasses()}>
              <Icon name="gear" className="size-4" />
              {t('profile')}
            </Link>
          )}
          {!isStaff && isKnown && contractors.length === 0 && (
            <Link to="/introductions/contractors/new" className={buttonClasses(partner ? 'plain' : 'first')}>
              <Icon name="search" className="size-4" />
              {t('find')}
            </Link>
          )}
        </>
      }
    >
      {contractors.length > 0 && <Companies contractors={contractors} />}
      <Introduced contractors={contractors} />
    </Page>
  )
}

function Introduced({ contractors }: { contractors: Contractor[] }) {
  const { t } = useTranslation('introductions')
  const { t: common } = useTranslation()
  const { partner } = useStanding()
  const { isStaff, sidesOf } = useSides()
  const search: BoardSearch = useSearch({ strict: false })
  const go = useNavigate()
  const [first, setFirst] = useState(PAGE)
  const { whom, shown = 'ACTIVE', name = '', mine } = search
  const read = useRead(Introductions, {
    first,
    after: null,
    partnerId: whom?.startsWith('par_') ? whom : null,
    contractorId: whom?.startsWith('con_') ? whom : null,
    status: shown === 'ACTIVE' || shown === 'ALL' ? null : shown,
  })
  const { reload } = read
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), ANEW_MS)
    return () => clearInterval(timer)
  }, [reload])
  const set = (change: Partial<Record<keyof BoardSearch, unknown>>) =>
    void go({ to: '/introductions', search: { ...search, ...change } as never, replace: true })
  const isFiltered = !!(whom || search.shown || name || mine)
  const isEmpty = !isFiltered && read.data?.introductions.nodes.length === 0
  return (
    <>
      {!isEmpty && <Filters search={search} contractors={contractors} onChange={set} />}
      <Answer read={read} skeleton={<BoardSkeleton label={common('state.loading')} />}>
        {({ introductions: { nodes, pageInfo } }) => {
          const rows = nodes.filter(
            (row) =>
              isNamed([row.partner?.name, row.contractor?.name], name) &&
              (!mine || isTurnOf(sidesOf(row), row.stage, row.transitions)),
          )
          if (isEmpty) return <Nothing isPartner={!!partner} isStaff={isStaff} />
          return (
            <>
              <p className="sr-only" aria-live="polite">
                {t('found', { count: rows.length })}
              </p>
              <Board
                rows={rows}
                shown={shown}
                sidesOf={sidesOf}
                hasDrafts={isStaff || contractors.length > 0}
              />
              {pageInfo.hasNextPage && first < MOST && (
                <Button className="mt-4" isSmall onClick={() => setFirst(MOST)}>
                  {common('act.more')}
                </Button>
              )}
            </>
          )
        }}
      </Answer>
    </>
  )
}

function Nothing({ isPartner, isStaff }: { isPartner: boolean; isStaff: boolean }) {
  const { t } = useTranslation('introductions')
  const { may } = useStanding()
  if (isPartner || isStaff) {
    return (
      <Card>
        <Empty
          icon="handshake"
          title={t('none')}
          action={
            isPartner &&
            may('MANAGE_INTRODUCTIONS') && (
              <Link to="/introductions/profile" className={buttonClasses('first')}>
                {t('setProfile')}
              </Link>
            )
          }
        >
          {isStaff ? t('noneStaff') : may('READ_INTRODUCTIONS') ? t('nonePartner') : t('noneReader')}
        </Empty>
      </Card>
    )
  }
  return (
    <Card>
      <Empty
        icon="handshake"
        title={t('none')}
        action={
          <Link to="/introductions/contractors/new" className={buttonClasses('first')}>
            {t('find')}
          </Link>
        }
      >
        {t('noneContractor')}
      </Empty>
    </Card>
  )
}
