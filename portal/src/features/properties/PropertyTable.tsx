import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ArchiveProperty } from '@/api/generated/archive-property'
import type { PropertiesQuery } from '@/api/generated/properties'
import { RestoreProperty } from '@/api/generated/restore-property'
import { useAct } from '@/api/hooks'
import { useTelling } from '@/api/telling'
import { useStanding } from '@/api/viewer'
import { useFormats } from '@/i18n/format'
import { Badge } from '@/ui/Badge'
import { Icon } from '@/ui/Icon'
import { Menu } from '@/ui/Menu'
import { Meter } from '@/ui/Meter'
import { type Column, Table } from '@/ui/Table'

type Row = PropertiesQuery['properties']['nodes'][number]

/** Houses, one a row. */
export function PropertyTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation('properties')
  const { date, region } = useFormats()
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('column.name'),
      cell: (row) => (
        <div className="min-w-[150px]">
          <Link to="/properties/$id" params={{ id: row.id }} className="font-semibold hover:text-link">
            {row.name}
          </Link>
          <p className="font-mono text-[12px] text-soft">{row.externalCode}</p>
        </div>
      ),
    },
    {
      key: 'place',
      title: t('column.place'),
      isMinor: true,
      cell: (row) => [row.city, row.country && region(row.country)].filter(Boolean).join(', ') || '–',
    },
    {
      key: 'type',
      title: t('column.type'),
      isMinor: true,
      cell: (row) => (row.type ? t(`type.${row.type}`) : '–'),
    },
    { key: 'complete', title: t('column.complete'), cell: (row) => <Complete row={row} /> },
    {
      key: 'changed',
      title: t('column.changed'),
      isMinor: true,
      cell: (row) => <span className="whitespace-nowrap text-soft">{date(row.updatedAt)}</span>,
    },
    {
      key: 'actions',
      title: <span className="sr-only">{t('column.actions')}</span>,
      isNumber: true,
      cell: (row) => <Actions row={row} />,
    },
  ]
  return <Table caption={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} />
}

function Complete({ row }: { row: Row }) {
  const { t } = useTranslation('properties')
  const { percent } = useFormats()
  if (row.archivedAt) return <Badge>{t('archived')}</Badge>
  const said = percent(row.completeness / 100)
  return (
    <div className="flex min-w-[110px] items-center gap-2.5">
      <Meter
        value={row.completeness / 100}
        label={t('complete', { percent: said })}
        tone={row.isComplete ? 'good' : 'warn'}
      />
      <span className="w-11 text-right text-[13px] tabular-nums">{said}</span>
    </div>
  )
}

function Actions({ row }: { row: Row }) {
  const { t } = useTranslation('properties')
  const { may } = useStanding()
  const go = useNavigate()
  const tell = useTelling()
  const [archive] = useAct(ArchiveProperty)
  const [restore] = useAct(RestoreProperty)
  const input = { id: row.id }
  const change = row.archivedAt
    ? {
        label: t('restore'),
        onSelect: async () => tell(await restore({ input }), t('restoredNow')),
      }
    : {
        label: t('archive'),
        onSelect: async () => tell(await archive({ input }), t('archivedNow')),
      }
  return (
    <Menu
      label={t('actions', { name: row.name })}
      button={<Icon name="dots" />}
      items={[
        { label: t('open'), onSelect: () => void go({ to: '/properties/$id', params: { id: row.id } }) },
        ...(may('MANAGE_PROPERTIES') ? [change] : []),
      ]}
    />
  )
}
