import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { Property } from '@/api/generated/property'
import { useRead } from '@/api/hooks'
import { Page } from '@/ui/Page'
import { Empty, SkeletonRows } from '@/ui/States'
import { PropertyForm } from './PropertyForm'

/** One house. */
export function PropertyView() {
  const { t } = useTranslation(['properties', 'common'])
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const read = useRead(Property, { id })
  return (
    <Answer
      read={read}
      skeleton={
        <Page title={t('title')}>
          <SkeletonRows label={t('common:state.loading')} />
        </Page>
      }
    >
      {({ property }) =>
        property ? (
          <PropertyForm key={property.id} house={property} />
        ) : (
          <Page title={t('title')}>
            <Empty icon="building" title={t('common:state.notFound')}>
              {t('common:state.notFoundHint')}
            </Empty>
          </Page>
        )
      }
    </Answer>
  )
}

/** Where a house is added by hand. */
export function NewPropertyView() {
  return <PropertyForm />
}
