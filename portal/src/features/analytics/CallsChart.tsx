import { useTranslation } from 'react-i18next'
import { Area, AreaChart, CartesianGrid, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { useFormats } from '@/i18n/format'

interface Row {
  date: string
  now: number
  before: number
}

const TEXT = { fill: 'var(--soft)', fontSize: 12 }

/** Calls by day, the window before as a thin line behind. Who does not see it has the table. */
export function CallsChart({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation('analytics')
  const { day, number } = useFormats()
  return (
    <div className="h-64" role="img" aria-label={t('callsPerDay')}>
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart data={[...rows]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
          <CartesianGrid stroke="var(--line)" strokeDasharray="3 4" vertical={false} />
          <XAxis
            dataKey="date"
            tick={TEXT}
            tickFormatter={day}
            minTickGap={48}
            tickLine={false}
            axisLine={false}
          />
          <YAxis
            tick={TEXT}
            tickFormatter={number}
            width={44}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
          />
          <Tooltip
            labelFormatter={(label) => day(String(label))}
            formatter={(value, name) => [
              number(Number(value)),
              name === 'now' ? t('thisWindow') : t('windowBefore'),
            ]}
            contentStyle={{
              background: 'var(--surface)',
              border: '1px solid var(--line)',
              borderRadius: 10,
              color: 'var(--ink)',
            }}
            itemStyle={{ color: 'var(--ink)' }}
          />
          <Line dataKey="before" stroke="var(--soft)" strokeDasharray="4 4" dot={false} />
          <Area dataKey="now" stroke="#ff6600" strokeWidth={2} fill="#ff6600" fillOpacity={0.16} />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  )
}
