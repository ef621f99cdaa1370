import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NoOrganizationError } from '@/api/viewer'
import { buttonClasses } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty, Problem } from '@/ui/States'

/** A view that cannot be shown: it needs an organization, or something in it broke. The frame stays. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  if (error instanceof NoOrganizationError) {
    return (
      <Page title={t('frame.organization')}>
        <Empty
          icon="building"
          title={t('frame.newPartner')}
          action={
            <Link to="/register" className={buttonClasses('first')}>
              {t('register.submit')}
            </Link>
          }
        >
          {t('register.lead')}
        </Empty>
      </Page>
    )
  }
  return (
    <Page title={t('state.failed')}>
      <Problem
        title={t('state.failed')}
        message={t('state.failedHint')}
        retry={t('state.retry')}
        onRetry={reset}
      />
    </Page>
  )
}
