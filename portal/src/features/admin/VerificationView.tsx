import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { VerificationQueue } from '@/api/generated/verification-queue'
import { useRead } from '@/api/hooks'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Submission } from './Submission'

/** Who waits to be verified, the oldest first. */
export function VerificationView() {
  const { t } = useTranslation('admin')
  const read = useRead(VerificationQueue, {})
  return (
    <Page title={t('verification.title')} lead={t('verification.lead')}>
      <Answer read={read}>
        {({ verificationQueue: queue }) =>
          queue.nodes.length === 0 ? (
            <Card>
              <Empty icon="shield" title={t('verification.none')}>
                {t('verification.noneText')}
              </Empty>
            </Card>
          ) : (
            <ul className="grid gap-5">
              {queue.nodes.map((decision) => (
                <li key={decision.id}>
                  <Submission decision={decision} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  )
}
