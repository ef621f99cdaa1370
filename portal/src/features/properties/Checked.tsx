import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApplyPropertyImport } from '@/api/generated/apply-property-import'
import { CancelPropertyImport } from '@/api/generated/cancel-property-import'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Checkbox } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Stat } from '@/ui/Stat'
import { Findings } from './Findings'
import { type Import, takenOf } from './mapping'

const COUNTS = ['accepted', 'corrected', 'rejected', 'unchanged'] as const

/** What was found in the rows, and what is to become of them. */
export function Checked({ found, onRemap }: { found: Import; onRemap: () => void }) {
  const { t } = useTranslation('imports')
  const { number } = useFormats()
  const { may } = useStanding()
  const [acceptCorrections, setAccept] = useState(true)
  const [apply, isApplying] = useAct(ApplyPropertyImport)
  const [cancel, isCancelling] = useAct(CancelPropertyImport)
  const tell = useTelling()
  const taken = takenOf(found, acceptCorrections)
  return (
    <>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {COUNTS.map((count) => (
          <Stat key={count} label={t(`checked.${count}`)} value={number(found[count])} />
        ))}
      </div>
      {may('MANAGE_PROPERTIES') && (
        <Card>
          <div className="flex flex-wrap items-center gap-x-6 gap-y-4">
            {found.corrected > 0 && (
              <Checkbox
                label={t('checked.accept')}
                hint={t('checked.acceptHint')}
                checked={acceptCorrections}
                onChange={(event) => setAccept(event.target.checked)}
              />
            )}
            <div className="ml-auto flex flex-wrap justify-end gap-2">
              <Button
                look="quiet"
                isBusy={isCancelling}
                onClick={async () => tell(await cancel({ input: { id: found.id } }))}
              >
                {t('checked.cancel')}
              </Button>
              <Button onClick={onRemap}>{t('mapping.again')}</Button>
              <Button
                look="first"
                isBusy={isApplying}
                disabled={taken === 0}
                onClick={async () => tell(await apply({ input: { id: found.id, acceptCorrections } }))}
              >
                {t('checked.apply', { count: taken })}
              </Button>
            </div>
          </div>
        </Card>
      )}
      <Findings id={found.id} aside={<Rejects found={found} />} />
    </>
  )
}

/** The way to what is not taken, to be mended in the spreadsheet. */
export function Rejects({ found }: { found: Import }) {
  const { t } = useTranslation('imports')
  if (!found.rejects?.url) return null
  return (
    <a
      href={found.rejects.url}
      download={found.rejects.fileName}
      title={t('checked.rejectsHint')}
      className={buttonClasses('plain', true)}
    >
      <Icon name="download" className="size-4" />
      {t('checked.rejects')}
    </a>
  )
}
