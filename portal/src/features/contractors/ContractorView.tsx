import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Contractor, type ContractorQuery } from '@/api/generated/contractor'
import { useRead } from '@/api/hooks'
import { buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Tabs } from '@/ui/Tabs'
import { ChangeContractor } from './ChangeContractor'
import { Matches } from './Matches'

export type Found = NonNullable<ContractorQuery['contractor']>

/** One company: the partners that fit it, and what it says of itself. */
export function ContractorView() {
  const { t } = useTranslation('contractors')
  const { id = '' } = useParams({ strict: false })
  const { tab = 'matches' }: { tab?: 'matches' | 'company' } = useSearch({ strict: false })
  const go = useNavigate()
  const read = useRead(Contractor, { id })
  const name = read.data?.contractor?.name
  return (
    <Page
      title={name ?? t('title')}
      lead={t('lead')}
      actions={
        <Link to="/introductions" search={{ whom: id } as never} className={buttonClasses()}>
          <Icon name="handshake" className="size-4" />
          {t('introductions')}
        </Link>
      }
    >
      <Answer read={read}>
        {({ contractor }) =>
          contractor ? (
            <Tabs
              label={t('title')}
              tabs={[
                { key: 'matches', label: t('tab.matches') },
                { key: 'company', label: t('tab.company') },
              ]}
              chosen={tab}
              onChoose={(chosen) =>
                void go({
                  to: '/introductions/contractors/$id',
                  params: { id },
                  search: (chosen === 'matches' ? {} : { tab: chosen }) as never,
                  replace: true,
                })
              }
            >
              {tab === 'matches' && !contractor.erasedAt ? (
                <Matches contractor={contractor} />
              ) : (
                <ChangeContractor key={contractor.version} contractor={contractor} />
              )}
            </Tabs>
          ) : (
            <Card>
              <Empty icon="building" title={t('gone')}>
                {t('goneText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
    </Page>
  )
}
