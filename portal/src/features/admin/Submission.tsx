import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RejectPartner } from '@/api/generated/reject-partner'
import type { VerificationQueueQuery } from '@/api/generated/verification-queue'
import { VerifyPartner } from '@/api/generated/verify-partner'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Dialog } from '@/ui/Dialog'
import { TextArea, TextField } from '@/ui/Field'
import { Icon } from '@/ui/Icon'

type Decision = VerificationQueueQuery['verificationQueue']['nodes'][number]
type Partner = NonNullable<Decision['partner']>
type Required = NonNullable<Partner['requiredDocuments']>[number]

const TONES: Record<Required['state'], Tone> = {
  ACCEPTED: 'good',
  SUBMITTED: 'info',
  MISSING: 'warn',
  EXPIRED: 'bad',
  REJECTED: 'bad',
}

/** One partner that waits: what it showed, and the two answers. */
export function Submission({ decision }: { decision: Decision }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const { relative, region } = useFormats()
  const [verify, isBusy] = useAct(VerifyPartner)
  const [isRejecting, setRejecting] = useState(false)
  const tell = useTelling()
  const { partner } = decision
  if (!partner) return null
  return (
    <Card
      title={partner.name}
      aside={<Badge tone="warn">{t('verification.waits', { since: relative(decision.at) })}</Badge>}
    >
      <p className="text-soft">
        {[partner.legalName, common(`type.${partner.type}`), partner.country && region(partner.country)]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <ul className="my-4 grid gap-2.5">
        {partner.requiredDocuments?.map((required) => (
          <li key={required.kind} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Badge tone={TONES[required.state]}>{common(`requirement.${required.state}`)}</Badge>
            <span className="font-medium">{common(`paper.${required.kind}`)}</span>
            <span className="text-[13px] text-soft">{required.why}</span>
            {required.document?.upload?.url && (
              <a
                href={required.document.upload.url}
                target="_blank"
                rel="noreferrer"
                className="ml-auto inline-flex items-center gap-1.5 text-[14px] font-semibold text-link"
              >
                <Icon name="document" className="size-4" />
                {required.document.upload.fileName}
              </a>
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="danger" onClick={() => setRejecting(true)}>
          {t('verification.reject')}
        </Button>
        <Button
          look="first"
          isBusy={isBusy}
          onClick={async () =>
            tell(await verify({ input: { partnerId: partner.id } }), t('verification.verified'))
          }
        >
          {t('verification.verify')}
        </Button>
      </div>
      <Rejection partner={partner} isOpen={isRejecting} onClose={() => setRejecting(false)} />
    </Card>
  )
}

function Rejection({ partner, isOpen, onClose }: { partner: Partner; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const [reject, isBusy] = useAct(RejectPartner)
  const tell = useTelling()
  const shown = partner.requiredDocuments?.filter((each) => each.document) ?? []

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    const documents = shown.map(({ kind }) => ({ kind, reason: text(kind) })).filter(({ reason }) => reason)
    const outcome = await reject({
      input: { partnerId: partner.id, documents, reason: text('reason') || null },
    })
    if (tell(outcome, t('verification.rejected'))) onClose()
  }

  return (
    <Dialog
      title={t('verification.rejectTitle', { name: partner.name })}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={common('act.close')}
    >
      <form onSubmit={submit} className="grid gap-4">
        {shown.map(({ kind }) => (
          <TextField
            key={kind}
            name={kind}
            label={common(`paper.${kind}`)}
            hint={t('verification.reasonHint')}
          />
        ))}
        <TextArea name="reason" label={t('verification.reason')} />
        <div className="flex justify-end">
          <Button type="submit" look="danger" isBusy={isBusy}>
            {t('verification.reject')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
