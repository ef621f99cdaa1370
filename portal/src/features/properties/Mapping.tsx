import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SetImportMapping } from '@/api/generated/set-import-mapping'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { TextField } from '@/ui/Field'
import { Table } from '@/ui/Table'
import { useTemplate } from './labels'
import { Meaning } from './Meaning'
import { choicesOf, type Import, type ImportColumn, inputOf } from './mapping'

/** What each column of a file means: recognized, or decided here. */
export function Mapping({ found, onDone }: { found: Import; onDone: () => void }) {
  const { t } = useTranslation('imports')
  const { may } = useStanding()
  const { fields, labelOf } = useTemplate()
  const [choices, setChoices] = useState(() => choicesOf(found.columns))
  const [constants, setConstants] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(found.constants.map(({ field, value }) => [field, value])),
  )
  const [setMapping, isBusy] = useAct(SetImportMapping)
  const tell = useTelling()
  const chosen = new Set(Object.values(choices).map(({ field }) => field))
  const missing = [...new Set([...found.missing, ...found.constants.map(({ field }) => field)])].filter(
    (field) => !chosen.has(field),
  )

  async function check() {
    const given = missing.flatMap((field) => {
      const value = constants[field]?.trim()
      return value ? [{ field, value }] : []
    })
    const outcome = await setMapping({
      input: { id: found.id, columns: inputOf(choices), constants: given },
    })
    if (tell(outcome)) onDone()
  }

  return (
    <Card title={t('mapping.title')}>
      <p className="mb-4 text-soft">{t('mapping.lead')}</p>
      <Table<ImportColumn>
        caption={t('mapping.title')}
        rows={found.columns}
        rowKey={(column) => String(column.position)}
        columns={[
          {
            key: 'name',
            title: t('mapping.column'),
            cell: (column) => (
              <div className="min-w-[110px]">
                <p className="font-semibold">{column.name}</p>
                <p className="max-w-[220px] truncate text-[13px] text-soft md:hidden">
                  {column.examples.join(' · ')}
                </p>
              </div>
            ),
          },
          {
            key: 'examples',
            title: t('mapping.examples'),
            isMinor: true,
            cell: (column) => (
              <p className="line-clamp-2 max-w-[260px] text-[13px] break-words text-soft">
                {column.examples.join(' · ')}
              </p>
            ),
          },
          {
            key: 'field',
            title: t('mapping.field'),
            cell: (column) => (
              <Meaning
                column={column}
                fields={fields}
                labelOf={labelOf}
                choice={choices[column.position] ?? { field: '', part: '' }}
                onChange={(choice) => setChoices((now) => ({ ...now, [column.position]: choice }))}
              />
            ),
          },
          {
            key: 'sure',
            title: t('mapping.sure'),
            isMinor: true,
            cell: (column) => (
              <div className="grid justify-items-start gap-0.5">
                <Badge tone={column.isUnsure ? 'warn' : 'good'}>
                  {column.isUnsure ? t('mapping.unsure') : `${column.confidence} %`}
                </Badge>
                <span className="text-[12px] text-soft">{t(`mapping.reason.${column.reason}`)}</span>
              </div>
            ),
          },
        ]}
      />
      {missing.length > 0 && (
        <fieldset className="mt-5 grid gap-4 sm:grid-cols-3">
          <legend className="mb-3 font-semibold">{t('mapping.missing')}</legend>
          {missing.map((field) => (
            <TextField
              key={field}
              label={labelOf(field)}
              value={constants[field] ?? ''}
              onChange={(event) => setConstants((now) => ({ ...now, [field]: event.target.value }))}
            />
          ))}
        </fieldset>
      )}
      {may('MANAGE_PROPERTIES') && (
        <div className="mt-5 flex justify-end">
          <Button look="first" isBusy={isBusy} onClick={check}>
            {t('mapping.save')}
          </Button>
        </div>
      )}
    </Card>
  )
}
