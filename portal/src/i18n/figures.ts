import type { Formats } from './format'

/** Units of the platform's figures, as the graph names them. */
export type FigureUnit =
  | 'COUNT'
  | 'DAYS'
  | 'HOURS'
  | 'MILLISECONDS'
  | 'PER_MONTH'
  | 'POINTS'
  | 'RATIO'
  | 'SECONDS'

const UNITS: Partial<Record<FigureUnit, string>> = {
  DAYS: 'day',
  HOURS: 'hour',
  MILLISECONDS: 'millisecond',
  SECONDS: 'second',
}

/** A figure as people read it: `97.5%`, `3.2 days`; a dash where nothing happened. */
export function figure(value: string | null, unit: FigureUnit, locale: string, formats: Formats): string {
  if (value === null) return '–'
  if (unit === 'RATIO') return formats.percent(value)
  const named = UNITS[unit]
  if (!named) return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(Number(value))
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: named,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(Number(value))
}
