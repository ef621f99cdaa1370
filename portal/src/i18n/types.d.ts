import 'i18next'
import type { Words } from '../api/generated/words'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: Words
  }
}
