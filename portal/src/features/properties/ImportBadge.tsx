import { useTranslation } from 'react-i18next'
import { Badge, type Tone } from '@/ui/Badge'
import type { Import } from './mapping'

const TONES: Record<Import['status'], Tone> = {
  UPLOADED: 'info',
  MAPPING_NEEDED: 'warn',
  CHECKING: 'info',
  CHECKED: 'brand',
  APPLYING: 'info',
  APPLIED: 'good',
  UNDOING: 'info',
  UNDONE: 'plain',
  CANCELLED: 'plain',
  REFUSED: 'bad',
}

/** Where an import stands, in a word. */
export function ImportBadge({ status }: { status: Import['status'] }) {
  const { t } = useTranslation('imports')
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>
}
