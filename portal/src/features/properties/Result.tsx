import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { UndoPropertyImport } from '@/api/generated/undo-property-import'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Button, buttonClasses } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Stat } from '@/ui/Stat'
import { Rejects } from './Checked'
import { Findings } from './Findings'
import type { Import } from './mapping'

const APPLIED = ['created', 'updated', 'unchanged', 'leftOut'] as const
const UNDONE = ['removed', 'restored', 'kept'] as const

/** What became of a file, and the way back. */
export function Result({ found }: { found: Import }) {
  const { t } = useTranslation('imports')
  const { number } = useFormats()
  const { may } = useStanding()
  const [undo, isBusy] = useAct(UndoPropertyImport)
  const tell = useTelling()
  const counts = found.status === 'UNDONE' ? UNDONE : APPLIED
  return (
    <>
      {found.status !== 'CANCELLED' && (
        <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
          {counts.map((count) => (
            <Stat
              key={count}
              label={count === 'unchanged' ? t('checked.unchanged') : t(`result.${count}`)}
              value={number(found[count])}
            />
          ))}
        </div>
      )}
      <Card>
        <div className="flex flex-wrap items-center gap-2">
          <p className="flex flex-1 items-center gap-2 font-semibold">
            <Icon
              name={found.status === 'APPLIED' ? 'check' : 'undo'}
              className={found.status === 'APPLIED' ? 'size-5 text-good' : 'size-5 text-soft'}
            />
            {t(`status.${found.status}`)}
          </p>
          {found.status === 'APPLIED' && may('MANAGE_PROPERTIES') && (
            <Button
              title={t('result.undoHint')}
              isBusy={isBusy}
              onClick={async () => tell(await undo({ input: { id: found.id } }))}
            >
              <Icon name="undo" className="size-4" />
              {t('result.undo')}
            </Button>
          )}
          <Link to="/properties/import" className={buttonClasses()}>
            {t('result.another')}
          </Link>
          <Link to="/properties" className={buttonClasses('first')}>
            {t('result.see')}
          </Link>
        </div>
      </Card>
      {found.leftOut > 0 && found.status === 'APPLIED' && (
        <Findings id={found.id} aside={<Rejects found={found} />} />
      )}
    </>
  )
}
