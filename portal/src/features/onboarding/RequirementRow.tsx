import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UploadPartnerDocument } from '@/api/generated/upload-partner-document'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useUpload } from '@/api/uploads'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge, type Tone } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { FileDrop } from '@/ui/FileDrop'
import { Icon, type IconName } from '@/ui/Icon'
import type { Requirement } from './VerificationView'

type State = Requirement['state']
const TONES: Record<State, Tone> = {
  MISSING: 'warn',
  SUBMITTED: 'info',
  ACCEPTED: 'good',
  REJECTED: 'bad',
  EXPIRED: 'bad',
}
const ICONS: Record<State, IconName> = {
  MISSING: 'document',
  SUBMITTED: 'clock',
  ACCEPTED: 'check',
  REJECTED: 'warning',
  EXPIRED: 'calendar',
}

interface Props {
  partnerId: string
  requirement: Requirement
  /** Nobody looks at the documents just now, so they may change. */
  isOpen: boolean
}

/** One document that is wanted: why, where it stands, and where its file goes. */
export function RequirementRow({ partnerId, requirement, isOpen }: Props) {
  const { t } = useTranslation('onboarding')
  const { may } = useStanding()
  const { kind, state, why, document } = requirement
  const [isAdding, setAdding] = useState(false)
  const canAdd = isOpen && may('MANAGE_PARTNER')
  const verb = state === 'ACCEPTED' || state === 'EXPIRED' ? 'renew' : document ? 'replace' : 'add'
  return (
    <li className="rounded-card border border-line bg-ground/40 p-4">
      <div className="flex items-start gap-3.5">
        <span className="grid size-10 shrink-0 place-items-center rounded-full bg-raised text-soft">
          <Icon name={ICONS[state]} />
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h3 className="font-semibold">{t(`verification.kind.${kind}`)}</h3>
            <Badge tone={TONES[state]}>{t(`verification.state.${state}`)}</Badge>
          </div>
          <p className="mt-0.5 text-[14px] text-soft">{why}</p>
          {document && <Paper document={document} />}
          {canAdd && !isAdding && (
            <Button
              isSmall
              className="mt-3"
              onClick={() => setAdding(true)}
              aria-label={`${t(`verification.${verb}`)}: ${t(`verification.kind.${kind}`)}`}
            >
              <Icon name="upload" className="size-4" />
              {t(`verification.${verb}`)}
            </Button>
          )}
        </div>
      </div>
      {canAdd && isAdding && <Adding {...{ partnerId, kind }} onDone={() => setAdding(false)} />}
    </li>
  )
}

function Paper({ document }: { document: NonNullable<Requirement['document']> }) {
  const { t } = useTranslation('onboarding')
  const { date, day } = useFormats()
  const { upload, expiresOn, reason, createdAt } = document
  return (
    <div className="mt-2 grid gap-1 text-[13px]">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-soft">
        {upload?.url ? (
          <a href={upload.url} className="inline-flex items-center gap-1.5 font-semibold text-link" download>
            <Icon name="document" className="size-4" />
            {upload.fileName}
          </a>
        ) : (
          <span>{upload?.fileName}</span>
        )}
        <span>{t('verification.came', { date: date(createdAt) })}</span>
        {expiresOn && <span>{t('verification.expires', { date: day(expiresOn) })}</span>}
      </p>
      {reason && <p className="text-bad">{reason}</p>}
    </div>
  )
}

interface AddingProps {
  partnerId: string
  kind: Requirement['kind']
  onDone: () => void
}

function Adding({ partnerId, kind, onDone }: AddingProps) {
  const { t } = useTranslation(['onboarding', 'common'])
  const { send, progress } = useUpload(partnerId, 'DOCUMENT')
  const [hand] = useAct(UploadPartnerDocument)
  const tell = useTelling()
  const [expiresOn, setExpiresOn] = useState('')

  async function add(file: File) {
    const sent = tell(await send(file))
    if (!sent) return
    const outcome = await hand({
      input: {
        partnerId,
        kind,
        uploadId: sent.id,
        expiresOn: expiresOn || null,
        idempotencyKey: crypto.randomUUID(),
      },
    })
    if (tell(outcome, t('verification.added'))) onDone()
  }

  return (
    <div className="mt-4 grid gap-4 sm:grid-cols-[200px_1fr]">
      <div className="grid content-start gap-3">
        <TextField
          type="date"
          label={t('verification.expiresOn')}
          hint={t('verification.expiresHint')}
          value={expiresOn}
          onChange={(event) => setExpiresOn(event.target.value)}
        />
        <Button isSmall look="quiet" className="justify-self-start" onClick={onDone}>
          {t('common:act.cancel')}
        </Button>
      </div>
      <FileDrop
        isSmall
        label={t('verification.drop')}
        hint={t('verification.types')}
        accept=".pdf,.jpg,.jpeg,.png,.webp"
        progress={progress}
        progressLabel={t('verification.sending')}
        onFile={add}
      />
    </div>
  )
}
