import { useTranslation } from 'react-i18next'
import { Answer } from '@/api/Answer'
import { SubmitVerification } from '@/api/generated/submit-verification'
import { Verification, type VerificationQuery } from '@/api/generated/verification'
import { useAct, useRead } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { usePartner, useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Meter } from '@/ui/Meter'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/States'
import { Parts } from './Parts'
import { RequirementRow } from './RequirementRow'

export type Checked = Extract<NonNullable<VerificationQuery['node']>, { __typename: 'Partner' }>
export type Requirement = NonNullable<Checked['requiredDocuments']>[number]
type Status = Checked['verificationStatus']

const TONES: Record<Status, Tone> = {
  UNSUBMITTED: 'plain',
  PENDING: 'info',
  VERIFIED: 'good',
  REJECTED: 'bad',
  SUSPENDED: 'bad',
}

/** Where a partner shows who it is: each document, where it stands, and what was decided. */
export function VerificationView() {
  const { t } = useTranslation('onboarding')
  const { id: partnerId } = usePartner()
  const read = useRead(Verification, { partnerId })
  return (
    <Page title={t('verification.title')} lead={t('verification.lead')}>
      <Parts />
      <Answer read={read}>
        {({ node }) =>
          node?.__typename === 'Partner' && node.requiredDocuments?.length ? (
            <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[1fr_380px]">
              <Card title={t('verification.documents')}>
                <ul className="grid gap-3">
                  {node.requiredDocuments.map((each) => (
                    <RequirementRow
                      key={each.kind}
                      partnerId={partnerId}
                      requirement={each}
                      isOpen={node.verificationStatus !== 'PENDING'}
                    />
                  ))}
                </ul>
              </Card>
              <div className="grid gap-5">
                <Standing partner={node} requirements={node.requiredDocuments} />
                <History partner={node} />
              </div>
            </div>
          ) : (
            <Card>
              <Empty icon="shield" title={t('verification.noDocuments')}>
                {t('verification.noDocumentsText')}
              </Empty>
            </Card>
          )
        }
      </Answer>
    </Page>
  )
}

function Standing({ partner, requirements }: { partner: Checked; requirements: readonly Requirement[] }) {
  const { t } = useTranslation('onboarding')
  const { may } = useStanding()
  const [submit, isBusy] = useAct(SubmitVerification)
  const tell = useTelling()
  const status = partner.verificationStatus
  const ready = requirements.filter(({ state }) => state === 'SUBMITTED' || state === 'ACCEPTED').length
  const isOpen = status === 'UNSUBMITTED' || status === 'REJECTED'
  return (
    <Card>
      <div className="grid gap-3" aria-live="polite">
        <p className="flex items-center gap-3 text-lg font-semibold">
          <Icon name="shield" className="size-6 text-link" />
          {t(`verification.status.${status}`)}
          {status !== 'VERIFIED' && (
            <span className="ml-auto">
              <Badge tone={TONES[status]}>{`${ready} / ${requirements.length}`}</Badge>
            </span>
          )}
        </p>
        <p className="text-soft">{t(`verification.says.${status}`)}</p>
        {status !== 'VERIFIED' && (
          <Meter
            value={ready / requirements.length}
            label={t('verification.ready', { done: ready, all: requirements.length })}
          />
        )}
        {isOpen && may('MANAGE_PARTNER') && (
          <Button
            look="first"
            isBusy={isBusy}
            disabled={ready < requirements.length}
            onClick={async () =>
              tell(await submit({ input: { partnerId: partner.id } }), t('verification.submitted'))
            }
          >
            {t('verification.submit')}
          </Button>
        )}
      </div>
    </Card>
  )
}

function History({ partner }: { partner: Checked }) {
  const { t } = useTranslation('onboarding')
  const { time } = useFormats()
  const steps = partner.verificationHistory.toReversed()
  return (
    <Card title={t('verification.history')}>
      {steps.length === 0 && <p className="text-soft">{t('verification.noHistory')}</p>}
      <ol className="grid gap-4">
        {steps.map((step) => (
          <li key={step.id} className="grid gap-1 border-l-2 border-line pl-3.5">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <Badge tone={TONES[step.toStatus]}>{t(`verification.status.${step.toStatus}`)}</Badge>
              <span className="text-[13px] text-soft">{time(step.at)}</span>
            </span>
            {step.reason && <p className="text-[14px]">{step.reason}</p>}
            {step.documentReasons.map((each) => (
              <p key={each.kind} className="text-[13px] text-soft">
                {t(`verification.kind.${each.kind}`)}: {each.reason}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </Card>
  )
}
