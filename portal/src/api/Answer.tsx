import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, SkeletonRows } from '@/ui/States'
import type { Read } from './hooks'

interface Props<Data> {
  read: Read<Data>
  /** Where the answer will be in a moment; lines of a list unless told otherwise. */
  skeleton?: ReactNode
  children: (data: Data) => ReactNode
}

/** An answer in each of its states: on its way, not to be had, there. */
export function Answer<Data>({ read, skeleton, children }: Props<Data>) {
  const { t } = useTranslation()
  if (read.data) return children(read.data)
  if (read.error) {
    const code = read.error.graphQLErrors[0]?.extensions.code
    const isForbidden = code === 'FORBIDDEN' || code === 'NOT_FOUND'
    return (
      <Problem
        title={isForbidden ? t('state.forbidden') : t('state.failed')}
        message={isForbidden ? t('state.forbiddenHint') : t('state.failedHint')}
        retry={t('state.retry')}
        onRetry={read.reload}
      />
    )
  }
  return skeleton ?? <SkeletonRows label={t('state.loading')} />
}
